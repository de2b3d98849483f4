#pragma once

#include "base/tally.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace memstore::base {

/// How often something took how long. May be added up.
struct duration_counts {
    /// What the counts are bounded by, ascending; the last count is of what took longer.
    static constexpr std::array<std::chrono::nanoseconds, 17> bounds = [] {
        using std::chrono::microseconds;
        std::array<std::chrono::nanoseconds, 17> all{};
        constexpr std::array<int, 17> us{
            50,
            100,
            250,
            500,
            1'000,
            2'500,
            5'000,
            10'000,
            25'000,
            50'000,
            100'000,
            250'000,
            500'000,
            1'000'000,
            2'500'000,
            5'000'000,
            10'000'000};
        for (std::size_t at = 0; at < us.size(); ++at) all[at] = microseconds{us[at]};
        return all;
    }();

    std::array<std::uint64_t, bounds.size() + 1> counts{};
    std::chrono::nanoseconds sum{};

    std::uint64_t total() const noexcept {
        std::uint64_t all = 0;
        for (const std::uint64_t each : counts) all += each;
        return all;
    }

    duration_counts& operator+=(const duration_counts& other) noexcept {
        for (std::size_t at = 0; at < counts.size(); ++at) counts[at] += other.counts[at];
        sum += other.sum;
        return *this;
    }
};

/** Counts how long something took, from 50 us to 10 s in steps of 2 to 2.5.

    @par Threads  add() one; counts() any, which may miss what is being added
    @par Complexity  add(): two additions where it took less than the first bound
*/
class duration_tally {
public:
    void add(std::chrono::nanoseconds taken) noexcept {
        std::size_t at = 0;
        while (at < duration_counts::bounds.size() && taken > duration_counts::bounds[at]) ++at;
        counts_[at].add();
        ns_.add(static_cast<std::uint64_t>(taken.count()));
    }

    duration_counts counts() const noexcept {
        duration_counts now;
        for (std::size_t at = 0; at < counts_.size(); ++at) now.counts[at] = counts_[at].value();
        now.sum = std::chrono::nanoseconds{static_cast<std::int64_t>(ns_.value())};
        return now;
    }

private:
    std::array<tally, duration_counts::bounds.size() + 1> counts_;
    tally ns_;
};

}  // namespace memstore::base
