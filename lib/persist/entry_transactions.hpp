#pragma once

#include "persist/effect.hpp"
#include "persist/fault.hpp"
#include "persist/segment_reader.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>

namespace memstore::persist {

/** Reads the transactions of entries in the order of the journal, and holds them to FORMAT.md: all
    of an entry, and their versions ascend from each to the next, over all entries.

    @par Threads  one at a time
*/
class entry_transactions {
public:
    /** Gives each transaction of the next entry to `take`, those before a fault included.

        @param file  that the entry is in
        @par Errors  fault_kind::corrupt: the entry is not what the format allows
    */
    checked<void> read(
        const entry_view& entry,
        const std::filesystem::path& file,
        const std::function<void(const transaction&)>& take
    );

private:
    std::uint64_t last_version_ = 0;
};

}  // namespace memstore::persist
