#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace memstore::cluster {

using node_index = std::uint16_t;

/// How evenly a ring spreads: measured choices, see assign_partitions().
struct ring_shape {
    std::size_t points_per_node = 200;
    double load_max = 1.05;
};

/** Which node owns each partition: consistent hashing with bounded loads (Mirrokni, Thorup,
    Zadimoghaddam, 2018).

    Every node stands at many points of a ring of hashes. A partition belongs to the first node at
    or behind its own hash that has room left; a node has room for ceil(load_max x partitions /
    nodes). So no node owns more than that, and another number of nodes moves few partitions. The
    same arguments give the same map everywhere.

    @param nodes  at least 1
    @return the owner of each partition
    @par Complexity  O(p log p) for p = nodes x points_per_node, and a short walk a partition
*/
std::vector<node_index> assign_partitions(
    std::size_t partitions,
    std::size_t nodes,
    ring_shape shape = {}
);

}  // namespace memstore::cluster
