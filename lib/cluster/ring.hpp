#pragma once

#include <compare>
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

/// A point of a ring of hashes at which a node stands.
struct ring_point {
    std::uint64_t hash;
    node_index node;

    friend auto operator<=>(const ring_point&, const ring_point&) = default;
};

/** The nodes as each partition comes past them, from its own hash on around the ring.

    @par Threads  any; it never changes
*/
class ring_walk {
public:
    ring_walk(std::size_t partitions, std::size_t nodes, std::size_t points_per_node);

    node_index first(std::size_t partition) const noexcept {
        return ring_[starts_[partition]].node;
    }

    /// The first node that is `fit`: there must be one.
    template <class Predicate>
    node_index find(std::size_t partition, Predicate fit) const {
        std::size_t at = starts_[partition];
        while (!fit(ring_[at].node)) at = at + 1 == ring_.size() ? 0 : at + 1;
        return ring_[at].node;
    }

private:
    std::vector<ring_point> ring_;
    std::vector<std::size_t> starts_;  // of each partition, in the ring
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
