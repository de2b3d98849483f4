#pragma once

#include "base/mixer.hpp"
#include "http/rate_settings.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>

namespace memstore::http {

/** Holds each of many to one rate, by the generic cell rate algorithm: of each it knows one moment,
    that up to which its requests are paid for.

    It has room for a number of them that never changes, in sets of eight; a secret spreads them
    over the sets. One whose moment has passed is as good as unknown, and makes room for others.
    Where a set has none such, the one who has asked for least makes room, and who comes in its
    place begins at its moment (Metwally, Agrawal, El Abbadi: Space-Saving). So nobody passes more
    often than its rate allows, be it put out as often as it likes; but those of a set in which more
    than eight ask at a time have the rates of eight between them, and are refused before their
    own is used up.

    @par Threads  any
*/
class rate_table {
public:
    using moment = std::chrono::steady_clock::time_point;

    /// @param each  of which per_second and burst are at least 1
    /// @param entries  that there is room for, at least; rounded up to a power of two
    /// @param secret  by chance
    rate_table(const rate& each, std::size_t entries, std::uint64_t secret);

    /** One more request.

        @return nothing when it may pass; otherwise how long it would have to wait, and then it is
          as if it had not been
        @par Complexity  constant: two cache lines, and a lock that few share
    */
    std::optional<std::chrono::nanoseconds> take(std::uint64_t who, moment now) noexcept;

    /// Takes back one that passed, for it came to nothing.
    void give_back(std::uint64_t who) noexcept;

    const rate& each() const noexcept { return each_; }

    /// Its memory.
    std::size_t bytes() const noexcept { return sets_ * sizeof(set); }

private:
    static constexpr std::size_t ways = 8;
    static constexpr std::size_t stripes = 64;

    struct entry {
        std::uint64_t who = 0;
        moment paid_until = {};
    };
    /// Those of which one has to go for another.
    struct alignas(64) set {
        std::array<entry, ways> entries;
    };
    struct alignas(64) stripe {
        std::mutex mutex;
    };

    static entry& place_of(std::uint64_t who, set& among) noexcept;

    rate each_;
    std::chrono::nanoseconds interval_;
    std::chrono::nanoseconds tolerance_;  ///< how far ahead one may have asked
    base::mixer spread_;
    std::size_t sets_;
    std::unique_ptr<set[]> table_;
    std::array<stripe, stripes> locks_;
};

}  // namespace memstore::http
