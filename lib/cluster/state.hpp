#pragma once

#include "base/clock.hpp"
#include "base/hash.hpp"
#include "cluster/commit_alarm.hpp"
#include "cluster/commit_clock.hpp"
#include "cluster/node_history.hpp"
#include "cluster/node_queue.hpp"
#include "cluster/ring.hpp"
#include "persist/journal.hpp"
#include "store/epoch.hpp"
#include "store/node_memory.hpp"
#include "store/partition.hpp"

#include <boost/asio/any_io_executor.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <vector>

namespace memstore::cluster {

using partition_index = std::uint32_t;

/// A shard: a queue, the partitions it owns, and their memory.
struct node {
    node(
        const boost::asio::any_io_executor& executor,
        store::epoch_domain& epochs,
        std::size_t history_bytes,
        std::size_t recorded_bytes_max
    )
        : queue(executor), memory(epochs), history(memory, history_bytes, recorded_bytes_max) {}

    /// After each change, before others ask how much keys and values take up.
    void note_bytes() noexcept { memory.note_bytes(history.bytes()); }

    node_queue queue;
    std::vector<partition_index> partitions;  // ascending
    store::node_memory memory;                // the queue's owner's
    node_history history;
};

/// How large a cluster is, and may become, and how much it remembers.
struct settings {
    std::size_t nodes = 4;
    std::size_t partitions = 271;
    /// Of all nodes together, and what the history of one commit may take; 0: none.
    std::size_t history_bytes = std::size_t{4} * 1024 * 1024;
    /// Of keys and values, and of all that they take; 0: no limit.
    std::size_t memory_bytes_max = 0;
};

/// What all parts of a cluster share. Its shape is fixed; who may touch what inside, each member
/// says.
struct state {
    /// @param executors  run the node queues, in turn; at least one
    state(
        const settings& size,
        const base::key_hasher::secret& secret,
        const base::clock& clock,
        std::span<const boost::asio::any_io_executor> executors
    );

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

    const std::size_t memory_bytes_max;  ///< 0: no limit
    const base::clock& time;
    const base::key_hasher hash_of;
    persist::journal* journal = nullptr;  ///< where commits are written; see append_to()
    commit_clock commits;
    commit_alarm alarm;
    store::epoch_domain epochs;
    std::vector<node_index> owners;  ///< of each partition
    std::deque<node> nodes;
    std::deque<store::partition> partitions;
};

}  // namespace memstore::cluster
