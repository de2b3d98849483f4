#include "cluster/restorer.hpp"

#include <algorithm>
#include <utility>

namespace memstore::cluster {
namespace {

/// What was overwritten or removed meanwhile takes memory for so long.
constexpr std::size_t effects_between_collections = 65'536;

}  // namespace

restorer::restorer(state& cluster) : cluster_(cluster), loading_(cluster.nodes.size()) {}

store::located_key restorer::locate(std::string_view key) const noexcept {
    const std::uint64_t hash = cluster_.hash_of(key);
    return {key, hash, cluster_.partition_of(hash)};
}

void restorer::restore(const store::write& last, std::uint64_t version) {
    cluster_.partitions[last.key.slot].restore(last, version);
}

/// A node at a time, each thread beginning with another.
void restorer::load(std::span<const persist::checkpoint_entry> entries) {
    sorted_entries of_nodes = borrow();
    for (const persist::checkpoint_entry& each : entries) {
        const store::located_key key = locate(each.key);
        of_nodes[cluster_.owner_of(key.slot)].push_back(
            {{.key = key, .value = each.value, .deadline = each.deadline}, each.version}
        );
    }
    const std::size_t first = loads_.fetch_add(1, std::memory_order_relaxed);
    for (std::size_t i = 0; i < of_nodes.size(); ++i) {
        const std::size_t node = (first + i) % of_nodes.size();
        const std::lock_guard held{loading_[node]};
        for (const located_entry& each : of_nodes[node]) restore(each.write, each.version);
        of_nodes[node].clear();
    }
    give_back(std::move(of_nodes));
}

restorer::sorted_entries restorer::borrow() {
    const std::lock_guard held{borrowing_};
    if (unused_.empty()) return sorted_entries(cluster_.nodes.size());
    sorted_entries found = std::move(unused_.back());
    unused_.pop_back();
    return found;
}

void restorer::give_back(sorted_entries&& used) {
    const std::lock_guard held{borrowing_};
    unused_.push_back(std::move(used));
}

void restorer::forget() {
    for (store::partition& each : cluster_.partitions) each.clear();
}

void restorer::apply(const persist::transaction& committed) {
    for (const persist::effect& each : committed.effects) {
        const std::uint64_t version = each.version != 0 ? each.version : committed.version;
        restore(
            {.key = locate(each.key),
             .value = each.value,
             .deadline = each.deadline,
             .erased = each.removed},
            version
        );
    }
    applied_ += committed.effects.size();
    if (applied_ >= effects_between_collections) collect_garbage();
}

void restorer::collect_garbage() {
    applied_ = 0;
    for (store::partition& each : cluster_.partitions) each.publish();
    // Twice: what left in between is found unreachable by the second.
    for (int i = 0; i < 2; ++i) {
        for (node& each : cluster_.nodes) each.memory.retired.collect();
        for (store::partition& each : cluster_.partitions) {
            each.reclaim(effects_between_collections);
        }
    }
}

void restorer::finish(std::uint64_t version) {
    collect_garbage();
    const std::uint64_t last = std::max(version, commit_clock::first);
    cluster_.commits.start_from(last);
    for (node& each : cluster_.nodes) {
        each.history.start_from(last);
        each.note_bytes();
    }
}

}  // namespace memstore::cluster
