#pragma once

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

#include <array>
#include <cstddef>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace memstore::async {

/** Room for a completion handler of any type, to be called later. What it holds keeps its executor
    at work, and needs no memory beside this.

    @par Threads  one at a time
*/
class held_handler {
public:
    held_handler() = default;
    held_handler(const held_handler&) = delete;
    held_handler& operator=(const held_handler&) = delete;
    ~held_handler() {
        if (held_ != nullptr) held_->~holder();
    }

    bool empty() const noexcept { return held_ == nullptr; }

    /// @pre It is empty.
    template <class Handler>
    void hold(Handler&& handler) noexcept {
        using holder_type = holder_for<std::decay_t<Handler>>;
        static_assert(sizeof(holder_type) <= room_bytes);
        static_assert(std::is_nothrow_move_constructible_v<holder_type>);
        held_ = ::new (room_.data()) holder_type(std::forward<Handler>(handler));
    }

    /// Empties it and calls the handler, which may end the life of this. Only where the handler's
    /// executor runs, and only from what that executor has called, lest stacks pile up.
    void call() { std::exchange(held_, nullptr)->call(); }

    /// Empties it and has the handler called by its executor. The life of this may end before this
    /// returns. No memory for that ends the process.
    void post() noexcept { std::exchange(held_, nullptr)->post(); }

private:
    struct holder {
        virtual ~holder() = default;

        // Both end its life, too, and first: what it lives in may go before they return.
        virtual void call() = 0;
        virtual void post() noexcept = 0;
    };

    template <class Handler>
    struct holder_for final : holder {
        explicit holder_for(Handler&& to_call) noexcept
            : handler(std::move(to_call)), work(boost::asio::get_associated_executor(handler)) {}

        void call() override {
            holder_for self = take();
            std::move(self.handler)();
        }

        void post() noexcept override {
            holder_for self = take();
            boost::asio::post(self.work.get_executor(), std::move(self.handler));
        }

        holder_for take() noexcept {
            holder_for self = std::move(*this);
            std::destroy_at(this);
            return self;
        }

        Handler handler;
        boost::asio::executor_work_guard<boost::asio::associated_executor_t<Handler>> work;
    };

    static constexpr std::size_t room_bytes = 64;

    holder* held_ = nullptr;
    alignas(std::max_align_t) std::array<std::byte, room_bytes> room_ = {};
};

}  // namespace memstore::async
