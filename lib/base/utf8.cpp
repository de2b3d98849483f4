#include "base/utf8.hpp"

#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace memstore::base {
namespace {

/// The bytes of the sequence at `at`, or 0 where there is none (Unicode 15, table 3-7).
std::size_t sequence_length(std::string_view bytes, std::size_t at) noexcept {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[at + i]); };
    const auto within = [&](std::size_t i, unsigned low, unsigned high) {
        return at + i < bytes.size() && byte(i) >= low && byte(i) <= high;
    };
    const unsigned first = byte(0);
    if (first < 0x80) return 1;
    if (first < 0xC2) return 0;
    if (first < 0xE0) return within(1, 0x80, 0xBF) ? 2 : 0;
    if (first < 0xF0) {
        const unsigned low = first == 0xE0 ? 0xA0 : 0x80;
        const unsigned high = first == 0xED ? 0x9F : 0xBF;
        return within(1, low, high) && within(2, 0x80, 0xBF) ? 3 : 0;
    }
    if (first < 0xF5) {
        const unsigned low = first == 0xF0 ? 0x90 : 0x80;
        const unsigned high = first == 0xF4 ? 0x8F : 0xBF;
        return within(1, low, high) && within(2, 0x80, 0xBF) && within(3, 0x80, 0xBF) ? 4 : 0;
    }
    return 0;
}

bool eight_are_ascii(const char* at) noexcept {
    std::uint64_t word = 0;
    std::memcpy(&word, at, sizeof word);
    return (word & 0x8080808080808080U) == 0;
}

constexpr std::size_t block_bytes = 64;

#if defined(__SSE2__)
bool block_is_ascii(const char* block) noexcept {
    const auto* const part = reinterpret_cast<const __m128i*>(block);
    const __m128i first = _mm_or_si128(_mm_loadu_si128(part), _mm_loadu_si128(part + 1));
    const __m128i second = _mm_or_si128(_mm_loadu_si128(part + 2), _mm_loadu_si128(part + 3));
    return _mm_movemask_epi8(_mm_or_si128(first, second)) == 0;
}
#else
bool block_is_ascii(const char*) noexcept { return false; }
#endif

/// How many bytes from `at` on are seen to be ASCII at one glance.
std::size_t ascii_length(std::string_view bytes, std::size_t at) noexcept {
    const std::size_t left = bytes.size() - at;
    if (left >= block_bytes && block_is_ascii(bytes.data() + at)) return block_bytes;
    constexpr std::size_t word_bytes = sizeof(std::uint64_t);
    return left >= word_bytes && eight_are_ascii(bytes.data() + at) ? word_bytes : 0;
}

}  // namespace

bool is_utf8(std::string_view bytes) noexcept {
    std::size_t at = 0;
    while (at < bytes.size()) {
        std::size_t length = ascii_length(bytes, at);
        if (length == 0) length = sequence_length(bytes, at);
        if (length == 0) return false;
        at += length;
    }
    return true;
}

}  // namespace memstore::base
