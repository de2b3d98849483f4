#pragma once

#include <atomic>
#include <cstdint>

namespace memstore::base {

/** A count that one thread adds to while others read it: no more than an addition in memory.

    @par Threads  add() one; value() any
*/
class tally {
public:
    void add(std::uint64_t more = 1) noexcept {
        count_.store(count_.load(std::memory_order_relaxed) + more, std::memory_order_relaxed);
    }

    std::uint64_t value() const noexcept { return count_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> count_ = 0;
};

}  // namespace memstore::base
