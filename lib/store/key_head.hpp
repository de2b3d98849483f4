#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace memstore::store {

inline std::size_t common_prefix(std::string_view one, std::string_view other) noexcept {
    const auto differ = std::mismatch(one.begin(), one.end(), other.begin(), other.end());
    return static_cast<std::size_t>(differ.first - one.begin());
}

/// Eight bytes as a number that orders as they do.
inline std::uint64_t ordered_word(const char* first) noexcept {
    static_assert(std::endian::native == std::endian::little);
    std::uint64_t word = 0;
    std::memcpy(&word, first, sizeof(word));
    return __builtin_bswap64(word);
}

/// The first eight bytes of a key behind its prefix as a number that orders as they do; a tie says
/// nothing.
/// @param filler  stands for each byte that the key does not have
inline std::uint64_t head_of(
    std::string_view key,
    std::size_t prefix,
    unsigned char filler = 0
) noexcept {
    constexpr std::size_t bytes = sizeof(std::uint64_t);
    const std::size_t left = key.size() - std::min(prefix, key.size());
    if (left >= bytes) return ordered_word(key.data() + prefix);
    const std::uint64_t fillers = filler == 0 ? 0 : ~std::uint64_t{0} >> (left * 8);
    if (left == 0) return fillers;
    // What is before them in the same word is pushed out of it.
    if (key.size() >= bytes) {
        return ordered_word(key.data() + key.size() - bytes) << ((bytes - left) * 8) | fillers;
    }
    std::uint64_t head = 0;
    for (const char byte : key.substr(prefix)) head = head << 8 | static_cast<unsigned char>(byte);
    return head << ((bytes - left) * 8) | fillers;
}

}  // namespace memstore::store
