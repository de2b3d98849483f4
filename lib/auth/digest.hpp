#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace memstore::auth {

/// A SHA-256 digest: what is kept of a secret.
using digest = std::array<unsigned char, 32>;

/// @throws std::bad_alloc
digest digest_of(std::string_view secret);

/// Whether they are the same, in a time that does not tell how alike they are.
bool same(const digest& one, const digest& other) noexcept;

/// The same of any bytes; only whether they are of one length may show.
bool same_secret(std::string_view one, std::string_view other) noexcept;

/// In hexadecimal digits, small ones.
std::string hex_of(const digest& one);

/// What hex_of() wrote, in either case; nothing where it is none.
std::optional<digest> digest_in(std::string_view hex) noexcept;

}  // namespace memstore::auth
