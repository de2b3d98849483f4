#pragma once

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <new>
#include <type_traits>
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
    ~one_shot_event() {
        if (state_.load(std::memory_order_relaxed) == state::awaited) waiter_->~waiter();
    }

    /// Makes it ready for another use; only when it has happened and its waiter, if any, has gone
    /// on.
    void reset() noexcept { state_.store(state::open, std::memory_order_relaxed); }

    /// It happened. The event may be gone when this returns. No memory to resume the waiter ends
    /// the process.
    void set() noexcept {
        if (state_.exchange(state::happened, std::memory_order_acq_rel) == state::awaited) {
            waiter_->resume();
        }
    }

    /// Completes, with `void()`, when it has happened. Knows no cancellation. Needs no memory until
    /// then, so that it begins to wait in any case: what is to set() it is under way.
    template <class CompletionToken>
    auto wait(CompletionToken&& token) {
        return boost::asio::async_initiate<CompletionToken, void()>(
            [this](auto handler) {
                using waiter_type = waiter_for<decltype(handler)>;
                static_assert(sizeof(waiter_type) <= room_bytes);
                static_assert(std::is_nothrow_move_constructible_v<waiter_type>);
                waiter_ = ::new (room_.data()) waiter_type(std::move(handler));
                state expected = state::open;
                if (!state_.compare_exchange_strong(
                        expected,
                        state::awaited,
                        std::memory_order_acq_rel
                    )) {
                    waiter_->resume();
                }
            },
            token
        );
    }

private:
    enum class state { open, awaited, happened };

    struct waiter {
        virtual ~waiter() = default;

        /// Ends its life, too, and first: the event that it lives in may be gone before this
        /// returns.
        virtual void resume() noexcept = 0;
    };

    template <class Handler>
    struct waiter_for final : waiter {
        explicit waiter_for(Handler&& to_resume) noexcept
            : handler(std::move(to_resume)), work(boost::asio::get_associated_executor(handler)) {}

        void resume() noexcept override {
            waiter_for self = std::move(*this);
            this->~waiter_for();
            boost::asio::post(self.work.get_executor(), std::move(self.handler));
        }

        Handler handler;
        boost::asio::executor_work_guard<boost::asio::associated_executor_t<Handler>> work;
    };

    static constexpr std::size_t room_bytes = 64;

    std::atomic<state> state_ = state::open;
    waiter* waiter_ = nullptr;
    alignas(std::max_align_t) std::array<std::byte, room_bytes> room_ = {};
};

}  // namespace memstore::async
