#include "cluster/node_queue.hpp"

namespace memstore::cluster {

bool node_queue::acquire(turn& waiting) noexcept {
    turn* newest = line_.load(std::memory_order_relaxed);
    for (;;) {
        if (newest == nullptr) {
            if (line_.compare_exchange_weak(
                    newest,
                    owned(),
                    std::memory_order_acquire,
                    std::memory_order_relaxed
                )) {
                return true;
            }
        } else {
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
    return next;
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
