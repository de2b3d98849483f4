#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace memstore::base {

/// Appends `bytes` in base64 (RFC 4648 section 4: standard alphabet, padded).
void append_base64(std::string& out, std::string_view bytes);

/// How many characters that appends for so many bytes.
constexpr std::size_t base64_size(std::size_t bytes) noexcept { return (bytes + 2) / 3 * 4; }

/// The most bytes that `length` characters of base64 stand for.
constexpr std::size_t base64_decoded_bytes_max(std::size_t length) noexcept {
    return length / 4 * 3;
}

/** Decodes base64 (RFC 4648 section 4), strictly: padding is required, bits left over must be zero,
    nothing outside the alphabet is skipped. So every byte string has one encoding only.

    @param out  room for base64_decoded_bytes_max(text.size()) bytes; may be where `text` itself
      begins
    @return how many bytes were written, or nothing where `text` is not base64
*/
std::optional<std::size_t> decode_base64(std::string_view text, char* out) noexcept;

}  // namespace memstore::base
