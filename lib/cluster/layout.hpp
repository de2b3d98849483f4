#pragma once

#include "cluster/ring.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace memstore::cluster {

using partition_index = std::uint32_t;

/// A partition that is to go, or went, from one node to another.
struct partition_move {
    partition_index partition;
    node_index from;
    node_index to;

    friend bool operator==(const partition_move&, const partition_move&) = default;
};

/// How many partitions a node may own, at least and at most, where so many nodes share them.
struct owned_bounds {
    std::size_t least;
    std::size_t most;
};
owned_bounds bounds_for(std::size_t partitions, std::size_t nodes, ring_shape shape = {});

/** What has to move so that partitions which have owners are shared by another number of nodes.

    No node owns more than its bound then, nor less; and no partition moves that could stay: as many
    move as nodes that go own, or nodes that stay own too many of, or nodes that come, or have too
    few, need; whichever is more. Where one goes, and which ones do, the ring says: a partition goes
    to the first node at or behind its hash that has room, and of those that a node has too many the
    ones go that it got for want of room elsewhere.

    @param owners  of each partition, any numbers
    @param nodes  from 0; at least 1, at most the partitions
    @par Complexity  that of assign_partitions(), and linear in partitions x nodes at worst
*/
std::vector<partition_move> moves_to_resize(
    std::span<const node_index> owners,
    std::size_t nodes,
    ring_shape shape = {}
);

}  // namespace memstore::cluster
