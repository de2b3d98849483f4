#include "bench/workload.hpp"

#include <algorithm>
#include <cmath>
#include <random>

namespace memstore::bench {
namespace {

/** Draws ranks from 0 on, each the rarer the higher: Gray, Sundaresan, Englert, Baclawski,
    Weinberger: Quickly generating billion-record synthetic databases, 1994.
*/
class zipf_ranks {
public:
    explicit zipf_ranks(std::size_t count)
        : count_(static_cast<double>(count)),
          zeta_(zeta(count)),
          eta_((1 - std::pow(2 / count_, 1 - theta)) / (1 - zeta(2) / zeta_)) {}

    std::uint64_t operator()(std::mt19937_64& random) const {
        const double u = std::uniform_real_distribution<>{}(random);
        if (u * zeta_ < 1) return 0;
        if (u * zeta_ < 1 + std::pow(0.5, theta)) return 1;
        return static_cast<std::uint64_t>(count_ * std::pow(eta_ * u - eta_ + 1, 1 / (1 - theta)));
    }

private:
    static constexpr double theta = 0.99;

    static double zeta(std::size_t count) {
        double sum = 0;
        for (std::size_t i = 1; i <= count; ++i) sum += std::pow(static_cast<double>(i), -theta);
        return sum;
    }

    double count_;
    double zeta_;
    double eta_;
};

/// Sends neighbours far from each other: the finaliser of SplitMix64.
std::uint64_t scrambled(std::uint64_t rank) noexcept {
    rank = (rank ^ (rank >> 30)) * 0xBF58476D1CE4E5B9U;
    rank = (rank ^ (rank >> 27)) * 0x94D049BB133111EBU;
    return rank ^ (rank >> 31);
}

}  // namespace

key::key(std::uint64_t index) noexcept {
    constexpr std::string_view prefix = "key:";
    std::copy(prefix.begin(), prefix.end(), bytes_.begin());
    for (std::size_t at = bytes_.size(); at > prefix.size(); index /= 10) {
        bytes_[--at] = static_cast<char>('0' + index % 10);
    }
}

std::string_view value() noexcept { return "vvvvvvvvvvvvvvvvvvvvvvvvvvvvvvvv"; }

std::vector<key> draw(distribution how, std::size_t count, std::size_t keys, std::uint64_t seed) {
    std::mt19937_64 random{seed};
    std::vector<key> drawn;
    drawn.reserve(count);
    if (how == distribution::uniform) {
        std::uniform_int_distribution<std::uint64_t> any{0, keys - 1};
        while (drawn.size() < count) drawn.emplace_back(any(random));
    } else {
        const zipf_ranks rank{keys};
        while (drawn.size() < count) drawn.emplace_back(scrambled(rank(random)) % keys);
    }
    return drawn;
}

std::vector<key> shuffled(std::size_t keys) {
    std::vector<key> all;
    all.reserve(keys);
    for (std::uint64_t i = 0; i < keys; ++i) all.emplace_back(i);
    std::shuffle(all.begin(), all.end(), std::mt19937_64{1});
    return all;
}

}  // namespace memstore::bench
