#pragma once

#include "persist/fault.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

namespace memstore::persist {

/// Makes room for so many bytes of a file: what a file claims may be more than memory holds.
checked<void> make_room(
    std::string& buffer,
    std::uint64_t bytes,
    const std::filesystem::path& file
);

}  // namespace memstore::persist
