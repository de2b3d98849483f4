#pragma once

#include "base/clock.hpp"
#include "base/hash.hpp"
#include "cluster/commit_alarm.hpp"
#include "cluster/commit_clock.hpp"
#include "cluster/compactor.hpp"
#include "cluster/growing_list.hpp"
#include "cluster/history_budget.hpp"
#include "cluster/layout.hpp"
#include "cluster/load_meter.hpp"
#include "cluster/memory_policy.hpp"
#include "cluster/node_history.hpp"
#include "cluster/node_queue.hpp"
#include "cluster/use_clock.hpp"
#include "persist/journal.hpp"
#include "store/epoch.hpp"
#include "store/node_memory.hpp"
#include "store/partition.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

namespace memstore::cluster {

/// A shard: a queue, the partitions it owns, and their memory.
struct node {
    node(
        node_index own,
        const boost::asio::any_io_executor& executor,
        store::epoch_domain& epochs,
        history_budget& budget
    )
        : index(own),
          queue(executor),
          memory(epochs),
          history(memory, budget, budget.bytes_max()) {}

    /// After each change, before others ask how much keys and values take up.
    void note_bytes() noexcept { memory.note_bytes(history.bytes()); }

    const node_index index;
    node_queue queue;
    std::vector<partition_index> partitions;  // ascending; the queue's owner's, like what follows
    store::node_memory memory;
    node_history history;
    compactor compaction;
};

/// What a store at its memory limit may hold without using it: free blocks, in chunks that are
/// used.
struct unused_bounds {
    std::size_t part_of_limit = 8;  ///< an eighth
    std::size_t bytes_a_node = std::size_t{2} * 1024 * 1024;
};

/// How large a cluster is, and may become, and how much it remembers.
struct settings {
    std::size_t nodes = 4;
    std::size_t partitions = 271;
    /// Of each partition, at the start. Empty: what the ring says.
    std::vector<node_index> owners = {};
    /// Of all nodes together, and what the history of one commit may take; 0: none.
    std::size_t history_bytes = std::size_t{4} * 1024 * 1024;
    /// Of keys and values, and of all that they take; 0: no limit.
    std::size_t memory_bytes_max = 0;
    memory_policy policy = memory_policy::reject;
    unused_bounds unused = {};
};

/** What all parts of a cluster share; who may touch what inside, each member says.

    The partitions are fixed. Who owns them changes: a transaction plans by what it reads here, and
    looks again while it holds the nodes. Nodes are made when they are needed and stay; those from
    nodes_in_use() on own nothing.
*/
struct state {
    /// @param executors  run the node queues, in turn; at least one
    state(
        const settings& size,
        const base::key_hasher::secret& secret,
        const base::clock& clock,
        std::span<const boost::asio::any_io_executor> executors
    );
    ~state();
    state(const state&) = delete;
    state& operator=(const state&) = delete;

    /// Whoever reads that a node owns a partition, and then holds that node and reads so again,
    /// owns the partition.
    node_index owner_of(partition_index of) const noexcept {
        return owners[of].load(std::memory_order_acquire);
    }

    /// No owner is this node, or a later one. Read it before owner_of(); it may be less than what
    /// that then tells.
    std::size_t nodes_in_use() const noexcept { return in_use.load(std::memory_order_acquire); }

    /// Changes with each owner, after that and while both nodes are held.
    std::uint64_t layout_version() const noexcept {
        return handovers.load(std::memory_order_acquire);
    }

    /// Makes nodes until there are so many. One at a time.
    void make_nodes(std::size_t count);

    /// How much of the history a node may keep that nobody else has room for.
    std::size_t history_share(const node& of) const noexcept {
        return of.index < nodes_in_use() ? budget.share() : 0;
    }

    partition_index partition_of(std::uint64_t hash) const noexcept {
        return base::scale(hash, static_cast<std::uint32_t>(partitions.size()));
    }

    /// Whether commits are shown only once they are durable, to whoever enters no queue.
    bool shows_durable_only() const noexcept {
        return journal != nullptr && journal->policy() == persist::sync_policy::always;
    }

    /// The version that readers begin to read at from now on, or an earlier one: what was published
    /// is visible up to there.
    std::uint64_t visible() const noexcept {
        return shows_durable_only() ? commits.revealed() : store::all_visible;
    }

    /// Commits of later versions ring the alarm when they are to be seen: whoever finds it armed
    /// then has not missed one.
    std::uint64_t announced() const noexcept {
        return shows_durable_only() ? commits.revealed() : commits.taken();
    }

    /// Commits up to this version may be named, and be seen by all, from here on.
    void show(std::uint64_t version) noexcept {
        commits.reveal(version);
        alarm.ring();
    }

    bool writable() const noexcept { return journal == nullptr || journal->writable(); }

    /// From here on, commits are written to a journal; before any is made.
    void append_to(persist::journal& to) noexcept;

    /// What the keys and values take up: a moment's figure.
    std::size_t memory_bytes() const noexcept;

    /// The same with what only waits to be freed, and what is free between blocks.
    std::size_t memory_bytes_held() const noexcept;

    /// By how much what lies free between blocks is more than a store at its limit may have so.
    /// What is kept for snapshots, or waits to be freed, does not count: no clearing gives that
    /// back.
    std::size_t excess_bytes() const noexcept;

    /// What is to be evicted beyond the limit for that: the emptier chunks are, the less is to be
    /// copied until some are free. 0 where nothing is evicted.
    std::size_t pressure() const noexcept {
        return evicts() ? std::min(excess_bytes(), memory_bytes_max / 4) : 0;
    }

    /// Whether keys may go to make room; then it is noted when they are asked for.
    bool evicts() const noexcept { return policy == memory_policy::lru; }

    const std::size_t memory_bytes_max;  ///< 0: no limit
    const unused_bounds unused;
    const memory_policy policy;
    use_clock uses;  ///< when keys are asked for
    const base::clock& time;
    const base::key_hasher hash_of;
    persist::journal* journal = nullptr;  ///< where commits are written; see append_to()
    commit_clock commits;
    commit_alarm alarm;
    store::epoch_domain epochs;
    load_meter load;
    std::atomic<std::uint64_t> expired_keys = 0;  ///< that were removed
    std::atomic<std::uint64_t> evicted_keys = 0;  ///< the same to make room
    history_budget budget;
    const std::vector<boost::asio::any_io_executor> executors;
    std::vector<std::atomic<node_index>> owners;  ///< of each partition; see owner_of()
    std::atomic<std::size_t> in_use;              ///< see nodes_in_use()
    std::atomic<std::uint64_t> handovers = 0;     ///< see layout_version()
    growing_list<node> nodes;
    std::deque<store::partition> partitions;
};

}  // namespace memstore::cluster
