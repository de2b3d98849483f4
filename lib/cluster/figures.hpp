#pragma once

#include "cluster/balance.hpp"
#include "cluster/layout.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace memstore::cluster {

/// What a partition is, and what comes to it.
struct partition_figures {
    node_index owner;
    std::size_t keys;
    std::size_t bytes;         ///< of keys and values as they stand
    std::uint64_t operations;  ///< since the beginning
    double operations_per_second;
};

/// The same of a node, whose partitions say the rest.
struct node_figures {
    std::size_t partitions = 0;
    std::size_t keys = 0;
    std::size_t bytes = 0;
    std::uint64_t operations = 0;
    double operations_per_second = 0;
    std::size_t queue_depth = 0;  ///< transactions in line
    std::uint64_t waits = 0;      ///< transactions that ever were
    double wait_us_mean = 0;      ///< how long those were
    double waited_seconds = 0;    ///< all that are in line no more, since the beginning
};

/// All of a cluster, at a moment; the parts of it at moments that are near.
struct cluster_figures {
    std::vector<node_figures> nodes;  ///< that are in use
    std::vector<partition_figures> partitions;
    balance by_operations;
    balance by_bytes;
    double queued_per_second = 0;             ///< transactions that take nodes
    double queued_partitions_per_second = 0;  ///< and the partitions of those
    std::size_t memory_bytes = 0;             ///< see cluster::memory_bytes()
    std::size_t memory_bytes_held = 0;        ///< see cluster::memory_bytes_held()
    std::size_t snapshots = 0;                ///< that are held
    std::size_t watches = 0;                  ///< that are open
    std::uint64_t expired_keys = 0;           ///< that were removed, since the beginning
    std::uint64_t evicted_keys = 0;           ///< the same to make room
};

}  // namespace memstore::cluster
