#pragma once

#include <atomic>
#include <cstdint>

namespace memstore::cluster {

/** Lets one who follows the commits sleep while there are none: whoever shows a commit after it was
    armed wakes it, once. That is who commits, or, where commits are shown only when they are
    durable, who writes the journal.

    A commit that does not find it armed costs one load. The follower arms it, then looks once more
    whether there is a version that it does not know yet, see state::announced(): either it sees
    that, or who shows it finds the alarm armed.

    @par Threads  any; set_listener() before the others
*/
class commit_alarm {
public:
    class listener {
    public:
        /// Called by who shows a commit, after it is revealed, perhaps while it owns nodes.
        virtual void wake() noexcept = 0;

    protected:
        ~listener() = default;
    };

    void set_listener(listener& told) noexcept { listener_ = &told; }

    /// After a commit, or some, were revealed.
    void ring() noexcept {
        if (armed_.load(std::memory_order_seq_cst) && disarm()) listener_->wake();
    }

    void arm() noexcept { armed_.store(true, std::memory_order_seq_cst); }

    /// @return whether it was armed, and the caller is the one that disarmed it
    bool disarm() noexcept { return armed_.exchange(false, std::memory_order_seq_cst); }

private:
    alignas(64) std::atomic<bool> armed_ = false;
    listener* listener_ = nullptr;
};

}  // namespace memstore::cluster
