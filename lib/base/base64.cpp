#include "base/base64.hpp"

#include <array>
#include <cstdint>

namespace memstore::base {
namespace {

constexpr std::string_view alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint32_t not_a_digit = 64;

constexpr std::array<std::uint8_t, 256> make_digits() {
    std::array<std::uint8_t, 256> digits{};
    digits.fill(not_a_digit);
    for (std::size_t i = 0; i < alphabet.size(); ++i) {
        digits[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
    }
    return digits;
}

constexpr auto digit_of = make_digits();

std::uint32_t octet(char c) noexcept { return static_cast<unsigned char>(c); }

}  // namespace

void append_base64(std::string& out, std::string_view bytes) {
    out.reserve(out.size() + base64_size(bytes.size()));
    const auto digit = [&](std::uint32_t group, unsigned shift) {
        out.push_back(alphabet[(group >> shift) & 63U]);
    };
    std::size_t at = 0;
    for (; at + 3 <= bytes.size(); at += 3) {
        const std::uint32_t group =
            octet(bytes[at]) << 16 | octet(bytes[at + 1]) << 8 | octet(bytes[at + 2]);
        for (const unsigned shift : {18U, 12U, 6U, 0U}) digit(group, shift);
    }
    const std::size_t left = bytes.size() - at;
    if (left == 0) return;
    const std::uint32_t second = left == 2 ? octet(bytes[at + 1]) : 0;
    const std::uint32_t group = octet(bytes[at]) << 16 | second << 8;
    digit(group, 18);
    digit(group, 12);
    if (left == 2) digit(group, 6);
    out.append(left == 2 ? "=" : "==");
}

std::optional<std::size_t> decode_base64(std::string_view text, char* out) noexcept {
    if (text.size() % 4 != 0) return std::nullopt;
    std::size_t padding = 0;
    while (padding < 2 && padding < text.size() && text[text.size() - 1 - padding] == '=')
        ++padding;

    char* to = out;
    for (std::size_t at = 0; at < text.size(); at += 4) {
        const std::size_t digits = at + 4 == text.size() ? 4 - padding : 4;
        std::uint32_t group = 0;
        for (std::size_t i = 0; i < digits; ++i) {
            const std::uint32_t value = digit_of[static_cast<unsigned char>(text[at + i])];
            if (value == not_a_digit) return std::nullopt;
            group |= value << (18 - 6 * i);
        }
        for (std::size_t i = 0; i + 1 < digits; ++i)
            *to++ = static_cast<char>(group >> (16 - 8 * i) & 0xFF);
        const std::uint32_t left_over = digits == 4 ? 0 : group & (digits == 3 ? 0xFFU : 0xFFFFU);
        if (left_over != 0) return std::nullopt;
    }
    return static_cast<std::size_t>(to - out);
}

}  // namespace memstore::base
