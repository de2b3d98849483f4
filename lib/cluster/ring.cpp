#include "cluster/ring.hpp"

#include "base/hash.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <string>

namespace memstore::cluster {
namespace {

/// Public, so that the map of partitions is the same everywhere; keys are hashed with a secret of
/// the store's own.
base::key_hasher ring_hasher() {
    base::key_hasher::secret bytes{};
    std::uint64_t state = 0;
    for (std::byte& byte : bytes) {
        state = state * 6364136223846793005U + 1442695040888963407U;  // Knuth's MMIX generator
        byte = static_cast<std::byte>(state >> 56);
    }
    return base::key_hasher{bytes};
}

std::vector<ring_point> make_ring(
    std::size_t nodes,
    std::size_t points_per_node,
    const base::key_hasher& hash
) {
    std::vector<ring_point> ring;
    ring.reserve(nodes * points_per_node);
    for (std::size_t node = 0; node < nodes; ++node) {
        for (std::size_t point = 0; point < points_per_node; ++point) {
            const std::string name =
                "node " + std::to_string(node) + " point " + std::to_string(point);
            ring.push_back({hash(name), static_cast<node_index>(node)});
        }
    }
    std::sort(ring.begin(), ring.end());
    return ring;
}

}  // namespace

ring_walk::ring_walk(std::size_t partitions, std::size_t nodes, std::size_t points_per_node) {
    const base::key_hasher hash = ring_hasher();
    ring_ = make_ring(nodes, points_per_node, hash);
    starts_.reserve(partitions);
    for (std::size_t partition = 0; partition < partitions; ++partition) {
        const ring_point own{hash("partition " + std::to_string(partition)), 0};
        const auto at = std::lower_bound(ring_.begin(), ring_.end(), own) - ring_.begin();
        starts_.push_back(static_cast<std::size_t>(at) % ring_.size());
    }
}

std::vector<node_index> assign_partitions(
    std::size_t partitions,
    std::size_t nodes,
    ring_shape shape
) {
    assert(nodes > 0);
    const ring_walk walk{partitions, nodes, shape.points_per_node};
    const double average = static_cast<double>(partitions) / static_cast<double>(nodes);
    const auto room = static_cast<std::size_t>(std::ceil(average * shape.load_max));

    std::vector<std::size_t> owned(nodes, 0);
    std::vector<node_index> owners(partitions);
    for (std::size_t partition = 0; partition < partitions; ++partition) {
        owners[partition] =
            walk.find(partition, [&](node_index node) { return owned[node] < room; });
        ++owned[owners[partition]];
    }
    return owners;
}

}  // namespace memstore::cluster
