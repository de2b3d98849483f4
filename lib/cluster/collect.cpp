#include "cluster/collect.hpp"

#include <algorithm>

namespace memstore::cluster {
namespace {

constexpr int attempts_max = 16;

bool collect_once(
    const state& cluster,
    std::span<const partition_index> partitions,
    store::snapshot& into
) {
    const std::uint64_t revealed = cluster.commits.revealed();
    into.clear();
    for (const partition_index each : partitions) {
        const store::partition& partition = cluster.partitions[each];
        into.add({partition, partition.published()});
    }
    into.set_version(std::max(revealed, into.last_change()));

    for (std::size_t slot = 0; slot < partitions.size(); ++slot) {
        const store::partition& partition = into[slot].of();
        const std::uint64_t committing = partition.committing();
        if (partition.published() != into[slot].version()) return false;
        if (committing == store::partition::version_pending) return false;
        if (committing > into[slot].version() && committing <= into.version()) return false;
    }
    return true;
}

/// All commits up to the version that is revealed are applied, and in the order of their versions.
void collect_durable(
    const state& cluster,
    std::span<const partition_index> partitions,
    store::snapshot& into
) {
    const std::uint64_t durable = cluster.commits.revealed();
    into.clear();
    for (const partition_index each : partitions) into.add({cluster.partitions[each], durable});
    into.set_version(durable);
}

}  // namespace

bool collect(
    const state& cluster,
    std::span<const partition_index> partitions,
    store::snapshot& into
) {
    if (cluster.shows_durable_only()) {
        collect_durable(cluster, partitions, into);
        return true;
    }
    for (int attempt = 0; attempt < attempts_max; ++attempt) {
        if (collect_once(cluster, partitions, into)) return true;
    }
    return false;
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
