#pragma once

#include "base/bytes.hpp"
#include "base/checksum.hpp"
#include "base/clock.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// What the records of journal and checkpoint have in common.
namespace memstore::persist {

inline constexpr std::size_t checksum_bytes = sizeof(std::uint32_t);

inline base::moment moment_of(std::int64_t ms) noexcept {
    return base::moment{std::chrono::milliseconds{ms}};
}

inline std::int64_t milliseconds_of(base::moment when) noexcept {
    return when.time_since_epoch().count();
}

/// Whether the last four bytes are the checksum of those before.
inline bool ends_with_checksum(std::string_view bytes, std::uint32_t before = 0) noexcept {
    const std::size_t covered = bytes.size() - checksum_bytes;
    const auto stored = base::byte_reader{bytes.substr(covered)}.integer<std::uint32_t>();
    return stored == base::crc32c(bytes.substr(0, covered), before);
}

}  // namespace memstore::persist
