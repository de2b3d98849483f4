#include "command/integer_text.hpp"

#include <charconv>
#include <cstddef>
#include <system_error>

namespace memstore::command {

std::string_view text_of(std::int64_t number, digits& room) noexcept {
    const auto end = std::to_chars(room.data(), room.data() + room.size(), number).ptr;
    return {room.data(), static_cast<std::size_t>(end - room.data())};
}

std::optional<std::int64_t> integer_of(std::string_view text) noexcept {
    std::int64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
    digits room;
    if (text_of(number, room) != text) return std::nullopt;
    return number;
}

}  // namespace memstore::command
