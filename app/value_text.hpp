#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace memstore::app {

/// A whole number in decimal digits, nothing else.
std::optional<std::uint64_t> parse_number(std::string_view text) noexcept;

/// Bytes: a number, or one with k, m, g or KiB, MiB, GiB behind it, in any case, all powers of
/// 1024.
std::optional<std::uint64_t> parse_size(std::string_view text) noexcept;

/// A time: a number of seconds, or one with ms, s, m or h behind it.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) noexcept;

/// `true` or `false`.
std::optional<bool> parse_boolean(std::string_view text) noexcept;

/// As parse_size() reads it, in the largest unit that fits.
std::string size_text(std::uint64_t bytes);

/// As parse_duration() reads it, in seconds where that is whole.
std::string duration_text(std::chrono::milliseconds time);

}  // namespace memstore::app
