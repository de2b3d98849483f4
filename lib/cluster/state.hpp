#pragma once

#include "base/clock.hpp"
#include "base/hash.hpp"
#include "cluster/commit_clock.hpp"
#include "cluster/node_queue.hpp"
#include "cluster/ring.hpp"
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
    node(const boost::asio::any_io_executor& executor, store::epoch_domain& epochs)
        : queue(executor), memory(epochs) {}

    node_queue queue;
    std::vector<partition_index> partitions;  // ascending
    store::node_memory memory;                // the queue's owner's
};

/// How large a cluster is, and may become.
struct settings {
    std::size_t nodes = 4;
    std::size_t partitions = 271;
    std::size_t memory_bytes_max = 0;  ///< of keys and values with all that they take; 0: no limit
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

    /// What the keys and values take up: a moment's figure.
    std::size_t memory_bytes() const noexcept;

    const std::size_t memory_bytes_max;  ///< 0: no limit
    const base::clock& time;
    const base::key_hasher hash_of;
    commit_clock commits;
    store::epoch_domain epochs;
    std::vector<node_index> owners;  ///< of each partition
    std::deque<node> nodes;
    std::deque<store::partition> partitions;
};

}  // namespace memstore::cluster
