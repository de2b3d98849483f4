#pragma once

#include "persist/data_directory.hpp"
#include "persist/fault.hpp"

#include <cstdint>
#include <filesystem>
#include <vector>

namespace memstore::persist {

/** Gives a file another name, under which it is kept for people and never read.

    @return that name; durable with the next data_directory::sync()
*/
checked<std::filesystem::path> set_aside(
    const data_directory& directory,
    const std::filesystem::path& file
);

/** Sets a damaged checkpoint aside, manifest and parts: most of it may be whole. Durable on return;
    to be interrupted on the way loses nothing.

    @return the names that its files have now
*/
checked<std::vector<std::filesystem::path>> set_checkpoint_aside(
    const data_directory& directory,
    std::uint64_t sequence
);

}  // namespace memstore::persist
