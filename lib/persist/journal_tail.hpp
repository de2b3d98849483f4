#pragma once

#include "persist/data_directory.hpp"
#include "persist/fault.hpp"
#include "persist/journal_reader.hpp"
#include "persist/recovery.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>

namespace memstore::persist {

/** Keeps what a file holds from `offset` on in another, less the zeros at its end, then cuts it
   off; at 0, removes the file. Durable on return; to be interrupted on the way loses nothing.

    @return the other file; empty, where there was nothing but zeros
*/
checked<std::filesystem::path> cut_off(
    const data_directory& directory,
    const std::filesystem::path& file,
    std::uint64_t offset
);

/** Makes a journal that was read to its end do so durably: cuts off its tail, and syncs the segment
    that its last entry is in. Before that it writes again whatever in it may not be on the disk: a
    sync that failed before the last start may have left it in memory only, marked as written.

    @return what was cut off, unless it was nothing but zeros behind an entry
*/
checked<std::optional<cut>> end_journal(
    const data_directory& directory,
    const journal_reader& journal
);

}  // namespace memstore::persist
