// Takes a snapshot by reading each partition once: a commit can come between two of them.
#include "cluster/collect.hpp"

#include <algorithm>
#include <thread>

namespace memstore::cluster {

bool collect(
    const state& cluster,
    std::span<const partition_index> partitions,
    store::snapshot& into
) {
    const std::uint64_t revealed = cluster.commits.revealed();
    into.clear();
    for (const partition_index each : partitions) {
        const store::partition& partition = cluster.partitions[each];
        into.add({partition, partition.published()});
        std::this_thread::yield();
    }
    into.set_version(std::max(revealed, into.last_change()));
    return true;
}

void collect_owned(
    const state& cluster,
    std::span<const partition_index> partitions,
    store::snapshot& into
) {
    into.clear();
    for (const partition_index each : partitions) {
        const store::partition& partition = cluster.partitions[each];
        into.add({partition, partition.working()});
    }
    into.set_version(std::max(cluster.commits.revealed(), into.last_change()));
}

}  // namespace memstore::cluster
