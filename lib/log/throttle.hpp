#pragma once

#include <atomic>
#include <chrono>

namespace memstore::log {

/** Holds an event that may come at any rate, on any thread, down to a line an interval.

    @par Threads  any
*/
class throttle {
public:
    using moment = std::chrono::steady_clock::time_point;

    explicit throttle(std::chrono::steady_clock::duration interval) noexcept
        : interval_(interval) {}

    /// Whether to log the event; the next one that may be is an interval away then.
    bool pass(moment now = std::chrono::steady_clock::now()) noexcept {
        moment due = due_.load(std::memory_order_relaxed);
        return now >= due &&
               due_.compare_exchange_strong(due, now + interval_, std::memory_order_relaxed);
    }

private:
    std::chrono::steady_clock::duration interval_;
    std::atomic<moment> due_ = moment::min();
};

}  // namespace memstore::log
