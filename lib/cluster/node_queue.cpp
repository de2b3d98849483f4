#include "cluster/node_queue.hpp"

#include <algorithm>
#include <chrono>

namespace memstore::cluster {
namespace {

/// The clock is read for so many: it takes as long as to line up.
constexpr std::uint64_t timed_one_in = 8;

std::int64_t now_ns() noexcept {
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
}

template <class Number>
void add(std::atomic<Number>& to, Number more) noexcept {
    to.store(to.load(std::memory_order_relaxed) + more, std::memory_order_relaxed);
}

}  // namespace

bool node_queue::acquire(turn& waiting) noexcept {
    turn* newest = line_.load(std::memory_order_relaxed);
    bool noted = false;
    for (;;) {
        if (newest == nullptr) {
            if (line_.compare_exchange_weak(
                    newest,
                    owned(),
                    std::memory_order_acquire,
                    std::memory_order_relaxed
                )) {
                if (noted) arrivals_.fetch_sub(1, std::memory_order_relaxed);
                return true;
            }
        } else {
            if (!noted) note_arrival(waiting);
            noted = true;
            waiting.next_ = newest == owned() ? nullptr : newest;
            if (line_.compare_exchange_weak(
                    newest,
                    &waiting,
                    std::memory_order_release,
                    std::memory_order_relaxed
                )) {
                return false;
            }
        }
    }
}

turn* node_queue::release() noexcept {
    if (first_ == nullptr) {
        turn* none_came = owned();
        if (line_.compare_exchange_strong(
                none_came,
                nullptr,
                std::memory_order_release,
                std::memory_order_relaxed
            )) {
            return nullptr;
        }
        first_ = reversed(line_.exchange(owned(), std::memory_order_acquire));
    }
    turn* const next = first_;
    first_ = next->next_;
    note_departure(*next);
    return next;
}

void node_queue::note_arrival(turn& waiting) noexcept {
    const std::uint64_t before = arrivals_.fetch_add(1, std::memory_order_relaxed);
    waiting.since_ = before % timed_one_in == 0 ? now_ns() : 0;
}

void node_queue::note_departure(const turn& next) noexcept {
    add(departures_, std::uint64_t{1});
    if (next.since_ == 0) return;
    add(timed_, std::uint64_t{1});
    add(waited_ns_, now_ns() - next.since_);
}

node_queue::line_figures node_queue::figures() const noexcept {
    const std::uint64_t departed = departures_.load(std::memory_order_relaxed);
    const std::uint64_t arrived = std::max(arrivals_.load(std::memory_order_relaxed), departed);
    const std::uint64_t timed = std::max<std::uint64_t>(timed_.load(std::memory_order_relaxed), 1);
    const auto waited = static_cast<double>(waited_ns_.load(std::memory_order_relaxed));
    return {
        arrived - departed,
        arrived,
        waited / static_cast<double>(timed) / 1000,
        waited * timed_one_in / 1e9};
}

turn* node_queue::reversed(turn* newest) noexcept {
    turn* oldest = nullptr;
    while (newest != nullptr) {
        turn* const older = newest->next_;
        newest->next_ = oldest;
        oldest = newest;
        newest = older;
    }
    return oldest;
}

}  // namespace memstore::cluster
