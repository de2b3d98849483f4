#include "cluster/commit.hpp"

namespace memstore::cluster {
namespace {

constexpr std::size_t erased_max = 16;  // more than a commit adds on average: they do not pile up

}  // namespace

std::uint64_t committer::commit(
    state& cluster,
    std::span<const partition_index> partitions,
    const store::write_set& changes,
    std::span<node* const> nodes
) {
    find_changed(cluster, partitions, changes);
    for (store::partition* const each : changed_) each->begin_commit();
    const std::uint64_t version = cluster.commits.next();
    for (store::partition* const each : changed_) each->set_commit_version(version);
    for (const store::write& each : changes.writes()) {
        cluster.partitions[partitions[each.key.slot]].apply(each, version);
    }
    publish(changed_, nodes.front()->memory);
    for (node* const each : nodes) each->memory.retired.seal();
    for (store::partition* const each : changed_) each->reclaim(erased_max);
    for (node* const each : nodes) each->memory.note_bytes();
    cluster.commits.reveal(version);
    return version;
}

void committer::find_changed(
    state& cluster,
    std::span<const partition_index> partitions,
    const store::write_set& changes
) {
    changed_.clear();
    if (partitions.size() == 1) {
        changed_.push_back(&cluster.partitions[partitions.front()]);
        return;
    }
    slots_.reset(partitions.size());
    for (const store::write& each : changes.writes()) slots_.add(each.key.slot);
    slots_.visit_ranked([&](std::uint32_t slot) {
        changed_.push_back(&cluster.partitions[partitions[slot]]);
    });
}

}  // namespace memstore::cluster
