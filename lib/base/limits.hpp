#pragma once

#include <cstddef>
#include <cstdint>

namespace memstore::base {

/// The longest key, in bytes. Part of the contract, so not an option.
inline constexpr std::size_t key_bytes_max = std::size_t{64} * 1024;

/// The longest time to live, in milliseconds: the largest integer that every reader of JSON keeps
/// exact.
inline constexpr std::int64_t ttl_ms_max = (std::int64_t{1} << 53) - 1;

/// The longest value that `append` makes, in bytes.
inline constexpr std::size_t appended_bytes_max = std::size_t{64} * 1024 * 1024;

/// The most keys that one scan answers: what is more takes several.
inline constexpr std::int64_t scanned_keys_max = 10'000;

/// What one request may ask for, and be answered. Each is an option, named beside it.
struct request_limits {
    std::size_t body_bytes = std::size_t{16} * 1024 * 1024;  ///< limits.body
    std::size_t header_bytes = std::size_t{32} * 1024;  ///< limits.header: request line and fields
    std::size_t uri_bytes = std::size_t{8} * 1024;      ///< limits.uri
    std::size_t commands = 10'000;                      ///< limits.commands
    std::size_t json_depth = 32;                        ///< limits.json-depth
    std::size_t answer_bytes = std::size_t{64} * 1024 * 1024;  ///< limits.answer: its body
};

}  // namespace memstore::base
