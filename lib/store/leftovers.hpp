#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>

namespace memstore::store {

class key_record;
class partition;

/// A write after which there is something to do at its key, once nobody reads at a version before
/// it any more.
struct leftover {
    partition* in;
    key_record* record;
    std::uint64_t version;  ///< of the write
    bool left_home;         ///< what it replaced was at the record's home
};

/** What the writes of a node have left to do, in the order of their versions.

    @par Threads  one owner at a time; empty() from any
*/
class leftovers {
public:
    leftovers() = default;
    leftovers(const leftovers&) = delete;
    leftovers& operator=(const leftovers&) = delete;

    /// Takes one whose write is about to be published; seal() says that it has been.
    void push(const leftover& last);

    /// All of them were published in `epoch` or before: their grace period begins.
    void seal(std::uint64_t epoch) noexcept;

    /// The oldest one, where it was sealed in an epoch before this one.
    std::optional<leftover> pop_before(std::uint64_t epoch);

    /// A hint where the owner is another thread.
    bool empty() const noexcept { return empty_.load(std::memory_order_relaxed); }

private:
    static constexpr std::uint64_t not_sealed = ~std::uint64_t{0};

    struct waiting {
        leftover what;
        std::uint64_t epoch;
    };

    std::deque<waiting> waiting_;
    std::atomic<bool> empty_ = true;
};

}  // namespace memstore::store
