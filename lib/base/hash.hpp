#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace memstore::base {

/** Hashes keys with a secret of the store's own, so that nobody can aim keys at one partition.

    XXH3 with a secret (Yann Collet's xxHash): 64 bits, a few nanoseconds for short keys. The same
    secret gives the same hashes on every machine.

    @par Threads  immutable, so any
*/
class key_hasher {
public:
    static constexpr std::size_t secret_bytes = 192;
    using secret = std::array<std::byte, secret_bytes>;

    /// @param key_secret  random bytes; anything less defeats the purpose, except in tests
    explicit key_hasher(const secret& key_secret) noexcept : secret_(key_secret) {}

    std::uint64_t operator()(std::string_view key) const noexcept;

private:
    alignas(64) secret secret_;
};

/// XXH3, 64 bits, of bytes that nobody aims: it has no secret, and is part of the data format.
std::uint64_t hash_of(std::string_view bytes) noexcept;

/// Maps a hash onto 0 .. count-1 evenly, by its high bits (Lemire's multiply and shift).
inline std::uint32_t scale(std::uint64_t hash, std::uint32_t count) noexcept {
    return static_cast<std::uint32_t>(((hash >> 32) * count) >> 32);
}

}  // namespace memstore::base
