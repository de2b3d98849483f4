#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

namespace memstore::base {

/** Spreads numbers that clients choose among over a table, by a secret: who has many of them cannot
    pick those that meet in one place.

    @par Threads  immutable, so any
*/
class mixer {
public:
    /// @param secret  by chance
    explicit mixer(std::uint64_t secret) noexcept : secret_(secret) {}

    std::size_t operator()(std::uint64_t one) const noexcept {
        return static_cast<std::size_t>(mix(mix(one ^ secret_) + std::rotl(secret_, 32)));
    }

private:
    /// The finalizer of SplitMix64 (Steele, Lea, Flood).
    static constexpr std::uint64_t mix(std::uint64_t bits) noexcept {
        bits = (bits ^ (bits >> 30)) * 0xbf58'476d'1ce4'e5b9;
        bits = (bits ^ (bits >> 27)) * 0x94d0'49bb'1331'11eb;
        return bits ^ (bits >> 31);
    }

    std::uint64_t secret_;
};

}  // namespace memstore::base
