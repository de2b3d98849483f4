#pragma once

#include "base/clock.hpp"
#include "store/key_record.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace memstore::cluster {

/** The clock by which it is noted when keys are asked for: a step a second, and one for each small
    part of the memory limit that was evicted, so that it also tells keys apart in a store that is
    turned over within a second.

    It comes round after 32768 steps: a key that nobody asks for passes for a young one then, once
    in nine hours at least, unless it is evicted before.

    @par Threads  note_time() one at a time, the rest any
*/
class use_clock {
public:
    use_clock(std::size_t memory_bytes_max, base::moment now) noexcept
        : step_bytes_(memory_bytes_max / parts + 1), last_(now) {}

    store::use_time now() const noexcept {
        return store::use_time{steps_.load(std::memory_order_relaxed)};
    }

    void note_time(base::moment now) noexcept {
        const auto passed = std::chrono::floor<std::chrono::seconds>(now - last_);
        if (passed <= std::chrono::seconds::zero()) return;
        add(static_cast<std::uint64_t>(passed.count()));
        last_ += passed;
    }

    void note_evicted(std::size_t bytes) noexcept {
        const std::size_t before = evicted_.fetch_add(bytes, std::memory_order_relaxed);
        const std::size_t steps = (before + bytes) / step_bytes_ - before / step_bytes_;
        if (steps > 0) add(steps);
    }

private:
    static constexpr std::size_t parts = 256;

    void add(std::uint64_t steps) noexcept { steps_.fetch_add(steps, std::memory_order_relaxed); }

    const std::size_t step_bytes_;
    base::moment last_;
    std::atomic<std::uint64_t> steps_ = 0;
    std::atomic<std::size_t> evicted_ = 0;
};

}  // namespace memstore::cluster
