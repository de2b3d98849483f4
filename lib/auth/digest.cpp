#include "auth/digest.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <new>

namespace memstore::auth {
namespace {

constexpr std::string_view digits = "0123456789abcdef";

std::optional<unsigned> digit_in(char c) noexcept {
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
    const char small = c >= 'A' && c <= 'F' ? static_cast<char>(c - 'A' + 'a') : c;
    if (small >= 'a' && small <= 'f') return static_cast<unsigned>(small - 'a') + 10;
    return std::nullopt;
}

}  // namespace

digest digest_of(std::string_view secret) {
    digest made;
    const int done =
        ::EVP_Digest(secret.data(), secret.size(), made.data(), nullptr, ::EVP_sha256(), nullptr);
    if (done != 1) throw std::bad_alloc{};
    return made;
}

bool same(const digest& one, const digest& other) noexcept {
    return ::CRYPTO_memcmp(one.data(), other.data(), one.size()) == 0;
}

bool same_secret(std::string_view one, std::string_view other) noexcept {
    return one.size() == other.size() && ::CRYPTO_memcmp(one.data(), other.data(), one.size()) == 0;
}

std::string hex_of(const digest& one) {
    std::string text;
    for (const unsigned char byte : one) {
        text.push_back(digits[byte >> 4]);
        text.push_back(digits[byte & 0xf]);
    }
    return text;
}

std::optional<digest> digest_in(std::string_view hex) noexcept {
    digest made;
    if (hex.size() != 2 * made.size()) return std::nullopt;
    for (std::size_t at = 0; at < made.size(); ++at) {
        const auto high = digit_in(hex[2 * at]);
        const auto low = digit_in(hex[2 * at + 1]);
        if (!high || !low) return std::nullopt;
        made[at] = static_cast<unsigned char>(*high << 4 | *low);
    }
    return made;
}

}  // namespace memstore::auth
