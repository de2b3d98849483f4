#pragma once

#include <atomic>
#include <mutex>
#include <string>

namespace memstore::http {

/** What keeps a server from serving, or from all that it serves, for whoever asks whether it is
    ready.

    @par Threads  any
*/
class readiness {
public:
    /// While set, requests are turned away, but for those that are answered to everybody.
    void set_starting(std::string what) {
        set(std::move(what));
        starting_.store(true, std::memory_order_release);
    }

    /// Requests are served, though not all of them: why.
    void set_limited(std::string what) {
        set(std::move(what));
        starting_.store(false, std::memory_order_release);
    }

    void set_ready() { set_limited({}); }

    bool starting() const noexcept { return starting_.load(std::memory_order_acquire); }

    /// Empty where all is well.
    std::string complaint() const {
        const std::lock_guard held{mutex_};
        return complaint_;
    }

private:
    void set(std::string what) {
        const std::lock_guard held{mutex_};
        complaint_ = std::move(what);
    }

    std::atomic<bool> starting_ = false;
    mutable std::mutex mutex_;
    std::string complaint_;
};

}  // namespace memstore::http
