#pragma once

#include "net/connection.hpp"

#include <boost/asio/post.hpp>

#include <atomic>
#include <memory>

namespace memstore::net {

/** Ends a connection's rest, from any thread.

    It is for a connection that rests time and again: wakings are not counted, and one that comes
    while it does not rest is there to be taken.

    @pre It goes before its connection, on that one's thread, and when nobody can wake() any more.
*/
class waker {
public:
    explicit waker(connection& whom) : shared_(std::make_shared<shared>(whom)) {}
    waker(const waker&) = delete;
    waker& operator=(const waker&) = delete;
    ~waker() { shared_->whom = nullptr; }

    /// Threads: any. No memory for it ends the process.
    void wake() noexcept {
        if (shared_->woken.exchange(true, std::memory_order_acq_rel)) return;
        boost::asio::post(shared_->executor, [kept = shared_] {
            if (kept->whom != nullptr) kept->whom->interrupt();
        });
    }

    /// Whether it was woken since reset().
    bool woken() const noexcept { return shared_->woken.load(std::memory_order_acquire); }

    void reset() noexcept { shared_->woken.exchange(false, std::memory_order_acq_rel); }

private:
    /// What outlives it where a waking is still on its way.
    struct shared {
        explicit shared(connection& one) : executor(one.executor()), whom(&one) {}

        std::atomic<bool> woken = false;
        io_executor executor;
        connection* whom;  ///< on its thread only
    };

    std::shared_ptr<shared> shared_;
};

}  // namespace memstore::net
