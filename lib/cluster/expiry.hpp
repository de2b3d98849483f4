#pragma once

#include "cluster/commit.hpp"
#include "cluster/passage.hpp"
#include "cluster/state.hpp"
#include "store/write_set.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace memstore::cluster {

/** Removes the keys of one node whose deadline has come, by ordinary transactions of the server's
    own, and frees what the node has retired where no transaction of others does.

    @par Threads  any
*/
class expiry final : private passage, private persist::journal::waiter {
public:
    expiry(state& cluster, node& own) noexcept : cluster_(cluster), nodes_{&own} {}

    /// For each node, whether there is something to do. A moment's figure; any thread.
    /// @par Complexity  linear in the partitions
    static std::vector<bool> due_nodes(const state& cluster);

    /// Starts such transactions where none is under way: one after the other, each with a bounded
    /// number of keys, until nothing is due.
    void start();

    /// The same, when there is something to do.
    void remove_due() {
        if (due_nodes(cluster_)[nodes_.front()->index]) start();
    }

    /// What is under way ends, and is not followed by more.
    void stop() noexcept { stopped_.store(true, std::memory_order_relaxed); }

private:
    void find_expired();
    void collect_garbage();
    void post_next();
    bool run() noexcept override;
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
