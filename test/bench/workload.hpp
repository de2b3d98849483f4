#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace memstore::bench {

/// A key of 16 bytes: "key:" and twelve digits, as in scripts/wrk.
class key {
public:
    explicit key(std::uint64_t index) noexcept;
    std::string_view text() const noexcept { return {bytes_.data(), bytes_.size()}; }

private:
    std::array<char, 16> bytes_{};
};

/// What every key is set to: 32 bytes.
std::string_view value() noexcept;

/** Which keys a workload asks for: all alike, or few of them most of the time.

    The latter is a Zipf distribution with exponent 0.99 whose favourites lie anywhere among the
    keys.
*/
enum class distribution : std::uint8_t { uniform, zipf };

/// `count` keys drawn among the first `keys`. The same arguments give the same keys.
std::vector<key> draw(distribution how, std::size_t count, std::size_t keys, std::uint64_t seed);

/// The first `keys` keys, each once, in random order.
std::vector<key> shuffled(std::size_t keys);

}  // namespace memstore::bench
