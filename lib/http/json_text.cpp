#include "http/json_text.hpp"

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace memstore::http {
namespace {

constexpr std::uint64_t each_byte(unsigned char value) { return 0x0101010101010101U * value; }

bool needs_escape(char c) noexcept {
    return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

/// Whether one of eight bytes needs it. Subtracting borrows into the high bit of a byte that is
/// less.
bool any_needs_escape(std::uint64_t bytes) noexcept {
    const std::uint64_t quotes = bytes ^ each_byte('"');
    const std::uint64_t backslashes = bytes ^ each_byte('\\');
    const std::uint64_t controls = (bytes - each_byte(0x20)) & ~bytes;
    const std::uint64_t zeros =
        ((quotes - each_byte(1)) & ~quotes) | ((backslashes - each_byte(1)) & ~backslashes);
    return ((controls | zeros) & each_byte(0x80)) != 0;
}

#if defined(__SSE2__)
constexpr std::size_t vector_bytes = sizeof(__m128i);

/// A bit for each byte, set where it needs an escape. The lesser of a byte and 0x1F is the byte
/// where that is a control character.
unsigned escapes_in_vector(const char* at) noexcept {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    const __m128i controls = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1F)), bytes);
    const __m128i quotes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
    const __m128i backslashes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
    const __m128i all = _mm_or_si128(controls, _mm_or_si128(quotes, backslashes));
    return static_cast<unsigned>(_mm_movemask_epi8(all));
}
#endif

/// How many bytes of `text` can be copied as they are.
std::size_t plain_length(std::string_view text) noexcept {
    std::size_t at = 0;
#if defined(__SSE2__)
    for (; text.size() - at >= vector_bytes; at += vector_bytes) {
        const unsigned escapes = escapes_in_vector(text.data() + at);
        if (escapes != 0) return at + static_cast<std::size_t>(std::countr_zero(escapes));
    }
#endif
    for (; text.size() - at >= sizeof(std::uint64_t); at += sizeof(std::uint64_t)) {
        std::uint64_t bytes = 0;
        std::memcpy(&bytes, text.data() + at, sizeof bytes);
        if (any_needs_escape(bytes)) break;
    }
    while (at < text.size() && !needs_escape(text[at])) ++at;
    return at;
}

void append_escaped(std::string& out, char c) {
    switch (c) {
    case '"': out.append(R"(\")"); return;
    case '\\': out.append(R"(\\)"); return;
    case '\b': out.append(R"(\b)"); return;
    case '\f': out.append(R"(\f)"); return;
    case '\n': out.append(R"(\n)"); return;
    case '\r': out.append(R"(\r)"); return;
    case '\t': out.append(R"(\t)"); return;
    default: break;
    }
    constexpr std::string_view digits = "0123456789abcdef";
    const auto code = static_cast<unsigned char>(c);
    out.append(R"(\u00)");
    out.push_back(digits[code >> 4]);
    out.push_back(digits[code & 0xF]);
}

std::size_t escaped_size(char c) noexcept {
    switch (c) {
    case '"':
    case '\\':
    case '\b':
    case '\f':
    case '\n':
    case '\r':
    case '\t': return 2;
    default: return 6;
    }
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
    out.push_back('"');
    while (true) {
        const std::size_t plain = plain_length(text);
        out.append(text.substr(0, plain));
        if (plain == text.size()) break;
        append_escaped(out, text[plain]);
        text.remove_prefix(plain + 1);
    }
    out.push_back('"');
}

std::size_t json_string_size(std::string_view text) noexcept {
    std::size_t bytes = 2;
    while (true) {
        const std::size_t plain = plain_length(text);
        bytes += plain;
        if (plain == text.size()) return bytes;
        bytes += escaped_size(text[plain]);
        text.remove_prefix(plain + 1);
    }
}

}  // namespace memstore::http
