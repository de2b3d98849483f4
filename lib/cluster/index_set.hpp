#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace memstore::cluster {

/** A set of small numbers that knows how many of them are below another: a bit for each possible
    one. Sorts and removes duplicates in one go, without comparing.

    @par Threads  one at a time
*/
class index_set {
public:
    /// Empties it, for numbers below `end`.
    void reset(std::size_t end) { words_.assign((end + 63) / 64, {0, 0}); }

    void add(std::uint32_t number) noexcept { words_[number / 64].bits |= bit_of(number); }

    /// For any number, be it one that it was not made for.
    bool contains(std::uint32_t number) const noexcept {
        return number / 64 < words_.size() && (words_[number / 64].bits & bit_of(number)) != 0;
    }

    /// Calls `visit(number)` for each, ascending; rank() is right from then on, until the next
    /// add().
    template <class Visitor>
    void visit_ranked(Visitor&& visit) {
        std::uint32_t below = 0;
        for (std::size_t at = 0; at < words_.size(); ++at) {
            words_[at].below = below;
            for (std::uint64_t rest = words_[at].bits; rest != 0; rest &= rest - 1) {
                visit(
                    static_cast<std::uint32_t>(at * 64) +
                    static_cast<std::uint32_t>(std::countr_zero(rest))
                );
                ++below;
            }
        }
    }

    /// How many are below `number`.
    std::uint32_t rank(std::uint32_t number) const noexcept {
        const word& own = words_[number / 64];
        const std::uint64_t lower = own.bits & (bit_of(number) - 1);
        return own.below + static_cast<std::uint32_t>(std::popcount(lower));
    }

private:
    struct word {
        std::uint64_t bits;
        std::uint32_t below;  // how many are in the words before
    };

    static std::uint64_t bit_of(std::uint32_t number) noexcept {
        return std::uint64_t{1} << number % 64;
    }

    std::vector<word> words_;
};

}  // namespace memstore::cluster
