#pragma once

#include <algorithm>
#include <string_view>

namespace memstore::base {

/// The small letter of an ASCII capital; anything else as it is.
constexpr char lower(char c) noexcept {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Whether they are the same but for the case of ASCII letters.
inline bool same_ignoring_case(std::string_view one, std::string_view other) noexcept {
    return std::equal(one.begin(), one.end(), other.begin(), other.end(), [](char x, char y) {
        return lower(x) == lower(y);
    });
}

}  // namespace memstore::base
