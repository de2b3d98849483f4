#pragma once

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <atomic>
#include <memory>
#include <utility>

namespace memstore::async {

/** Happens once, in any thread, and lets one coroutine wait for it on that coroutine's own
    executor.

    The waiter is resumed by a post, never from inside set(), so that set() may be called anywhere.

    @par Threads  set() in any, wait() and reset() in the waiter's
*/
class one_shot_event {
public:
    /// Makes it ready for another use; only when it has happened and its waiter, if any, has gone
    /// on.
    void reset() noexcept { state_.store(state::open, std::memory_order_relaxed); }

    /// It happened. The event may be gone when this returns.
    void set() noexcept {
        if (state_.exchange(state::happened, std::memory_order_acq_rel) == state::awaited) {
            const std::unique_ptr<waiter> waiting = std::move(waiter_);
            waiting->resume();
        }
    }

    /// Completes, with `void()`, when it has happened. Knows no cancellation.
    template <class CompletionToken>
    auto wait(CompletionToken&& token) {
        return boost::asio::async_initiate<CompletionToken, void()>(
            [this](auto handler) {
                waiter_ = std::make_unique<waiter_for<decltype(handler)>>(std::move(handler));
                state expected = state::open;
                if (!state_.compare_exchange_strong(
                        expected,
                        state::awaited,
                        std::memory_order_acq_rel
                    )) {
                    const std::unique_ptr<waiter> waiting = std::move(waiter_);
                    waiting->resume();
                }
            },
            token
        );
    }

private:
    enum class state { open, awaited, happened };

    struct waiter {
        virtual ~waiter() = default;
        virtual void resume() = 0;
    };

    template <class Handler>
    struct waiter_for final : waiter {
        explicit waiter_for(Handler&& to_resume)
            : handler(std::move(to_resume)), work(boost::asio::get_associated_executor(handler)) {}

        void resume() override {
            const auto executor = work.get_executor();
            boost::asio::post(executor, std::move(handler));
        }

        Handler handler;
        boost::asio::executor_work_guard<boost::asio::associated_executor_t<Handler>> work;
    };

    std::atomic<state> state_ = state::open;
    std::unique_ptr<waiter> waiter_;
};

}  // namespace memstore::async
