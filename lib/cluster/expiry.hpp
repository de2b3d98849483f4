#pragma once

#include "cluster/commit.hpp"
#include "cluster/passage.hpp"
#include "cluster/state.hpp"
#include "store/write_set.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace memstore::cluster {

/** Removes the keys of one node whose deadline has come, by ordinary transactions of the server's
    own, and frees what the node has retired where no transaction of others does.

    @par Threads  any
*/
class expiry final : private passage, private persist::journal::waiter {
public:
    expiry(state& cluster, node& own) noexcept : cluster_(cluster), nodes_{&own} {}

    /// Starts such transactions when there is something to do and none is under way: one after the
    /// other, each with a bounded number of keys, until nothing is due.
    void remove_due();

    /// What is under way ends, and is not followed by more.
    void stop() noexcept { stopped_.store(true, std::memory_order_relaxed); }

private:
    bool due() const noexcept;
    void find_expired();
    void collect_garbage();
    void post_next();
    void run() noexcept override;
    bool conclude(bool in_place) noexcept override;
    void resume_after_journal(bool known) noexcept override;
    std::size_t weight() const noexcept override;

    state& cluster_;
    const std::array<node*, 1> nodes_;
    std::atomic<bool> under_way_ = false;
    std::atomic<bool> stopped_ = false;
    bool more_ = false;
    std::uint64_t committed_ = 0;  // the last version
    store::write_set removals_;
    committer committer_;
};

}  // namespace memstore::cluster
