#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <utility>

namespace memstore::net {

/// The sessions alive: bounds them, admits no more once stopping, waits until all have left. Thread
/// safe.
class session_group {
public:
    /// A session's place in the group; gives it back when destroyed.
    class ticket {
    public:
        ticket(ticket&& other) noexcept : group_(std::exchange(other.group_, nullptr)) {}
        ticket& operator=(ticket&&) = delete;
        ~ticket() {
            if (group_ != nullptr) group_->leave();
        }

    private:
        friend class session_group;
        explicit ticket(session_group& group) noexcept : group_(&group) {}
        session_group* group_;
    };

    explicit session_group(std::size_t sessions_max) noexcept : sessions_max_(sessions_max) {}

    /// @return nothing when the group is full or stopping: refuse the connection
    std::optional<ticket> enter() {
        const std::lock_guard lock{mutex_};
        if (alive_ >= sessions_max_ || stopping_) return std::nullopt;
        ++alive_;
        return ticket{*this};
    }

    void request_stop() {
        const std::lock_guard lock{mutex_};
        stopping_ = true;
    }

    /// Blocks, so never on an io thread. @return whether all had left in time
    bool wait_until(std::chrono::steady_clock::time_point limit) {
        std::unique_lock lock{mutex_};
        return empty_.wait_until(lock, limit, [this] { return alive_ == 0; });
    }

    /// The same without a limit.
    void wait() {
        std::unique_lock lock{mutex_};
        empty_.wait(lock, [this] { return alive_ == 0; });
    }

private:
    void leave() noexcept {
        const std::lock_guard lock{mutex_};
        if (--alive_ == 0) empty_.notify_all();
    }

    std::mutex mutex_;
    std::condition_variable empty_;
    std::size_t alive_ = 0;
    std::size_t sessions_max_;
    bool stopping_ = false;
};

}  // namespace memstore::net
