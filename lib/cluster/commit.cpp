#include "cluster/commit.hpp"

#include <algorithm>
#include <optional>

namespace memstore::cluster {
namespace {

/// How many erased keys of a partition are taken out in a commit: more than those add on average,
/// so that they do not pile up, and not so many that others wait for long.
std::size_t erased_max(std::size_t writes, std::size_t partitions) noexcept {
    return std::clamp<std::size_t>(2 * writes / partitions, 16, 128);
}

void compact(state& cluster, const store::write_set& changes, std::span<node* const> nodes) {
    std::size_t written = 0;
    for (const store::write& each : changes.writes()) {
        written += store::key_record::bytes_for(each.key.bytes.size()) +
                   store::revision::bytes_for(each.value.size(), each.deadline != base::never);
    }
    // Each has its share of them, on average.
    for (node* const each : nodes) each->compaction.go_on(cluster, *each, written / nodes.size());
}

}  // namespace

std::uint64_t committer::commit(
    state& cluster,
    std::span<const partition_index> partitions,
    const store::write_set& changes,
    std::span<node* const> nodes
) {
    find_changed(cluster, partitions, changes);
    node_history& history = nodes.front()->history;
    for (store::partition* const each : changed_) each->begin_commit();
    history.begin_commit();
    std::optional<persist::journal::receipt> appended;
    if (cluster.journal != nullptr) appended = append(cluster, changes);
    const std::uint64_t version = appended ? appended->version() : cluster.commits.next();
    history.set_commit_version(version);
    for (store::partition* const each : changed_) each->set_commit_version(version);
    for (const store::write& each : changes.writes()) {
        cluster.partitions[partitions[each.key.slot]].apply(each, version);
    }
    history.record(version, changes.writes());
    publish(changed_, nodes.front()->memory);
    history.conclude();
    if (appended) cluster.journal->applied(*appended);
    for (node* const each : nodes) each->memory.retired.seal();
    const std::uint64_t visible = cluster.visible();
    const std::size_t most = erased_max(changes.writes().size(), changed_.size());
    for (store::partition* const each : changed_) each->reclaim(most, visible);
    if (cluster.memory_bytes_max > 0) compact(cluster, changes, nodes);
    for (node* const each : nodes) each->note_bytes();
    if (!cluster.shows_durable_only()) cluster.show(version);
    return version;
}

persist::journal::receipt committer::append(state& cluster, const store::write_set& changes) {
    effects_.clear();
    for (const store::write& each : changes.writes()) {
        effects_.push_back(
            {.key = each.key.bytes,
             .value = each.value,
             .deadline = each.deadline,
             .removed = each.erased,
             .cause = each.cause}
        );
    }
    return cluster.journal->append(effects_, [&] { return cluster.commits.next(); });
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
