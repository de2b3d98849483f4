#pragma once

#include "async/held_handler.hpp"

#include <boost/asio/async_result.hpp>

#include <atomic>
#include <utility>

namespace memstore::async {

/** Happens once, in any thread, and lets one coroutine wait for it on that coroutine's own
    executor.

    The waiter is resumed by a post, never from inside set(), so that set() may be called anywhere.

    @par Threads  set() in any, wait() and reset() in the waiter's
*/
class one_shot_event {
public:
    one_shot_event() = default;
    one_shot_event(const one_shot_event&) = delete;
    one_shot_event& operator=(const one_shot_event&) = delete;

    /// Makes it ready for another use; only when it has happened and its waiter, if any, has gone
    /// on.
    void reset() noexcept { state_.store(state::open, std::memory_order_relaxed); }

    /// It happened. The event may be gone when this returns. No memory to resume the waiter ends
    /// the process.
    void set() noexcept {
        if (state_.exchange(state::happened, std::memory_order_acq_rel) == state::awaited) {
            waiter_.post();
        }
    }

    /// Completes, with `void()`, when it has happened. Knows no cancellation. Needs no memory until
    /// then, so that it begins to wait in any case: what is to set() it is under way.
    template <class CompletionToken>
    auto wait(CompletionToken&& token) {
        return boost::asio::async_initiate<CompletionToken, void()>(
            [this](auto handler) {
                waiter_.hold(std::move(handler));
                state expected = state::open;
                if (!state_.compare_exchange_strong(
                        expected,
                        state::awaited,
                        std::memory_order_acq_rel
                    )) {
                    waiter_.post();
                }
            },
            token
        );
    }

private:
    enum class state { open, awaited, happened };

    std::atomic<state> state_ = state::open;
    held_handler waiter_;
};

}  // namespace memstore::async
