#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace memstore::command {

/// Room for every 64-bit integer as text.
using digits = std::array<char, 24>;

/// The number in decimal. @return what it took of `room`
std::string_view text_of(std::int64_t number, digits& room) noexcept;

/// The number that `text` is, if it is just as we would write it: no plus, no zeros before it, no
/// blanks.
std::optional<std::int64_t> integer_of(std::string_view text) noexcept;

}  // namespace memstore::command
