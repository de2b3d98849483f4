#include "cluster/plan.hpp"

#include <algorithm>

namespace memstore::cluster {
namespace {

constexpr std::size_t kept_max = 256;

template <class T>
void sort_unique(std::vector<T>& values) {
    if (values.size() < 2) return;
    std::sort(values.begin(), values.end());
    values.erase(std::unique(values.begin(), values.end()), values.end());
}

}  // namespace

void plan::make(const command::transaction& what, state& cluster) {
    keys_.clear();
    partitions_.clear();
    for (const command::command& each : what.commands) {
        const std::uint64_t hash = cluster.hash_of(each.key);
        keys_.push_back({each.key, hash, 0});
        partitions_.push_back(cluster.partition_of(hash));
    }
    sort_unique(partitions_);
    if (partitions_.size() > 1) find_slots(cluster);
    find_nodes(cluster);
}

void plan::find_slots(const state& cluster) {
    for (store::located_key& key : keys_) {
        const auto own = std::lower_bound(
            partitions_.begin(),
            partitions_.end(),
            cluster.partition_of(key.hash)
        );
        key.slot = static_cast<std::uint32_t>(own - partitions_.begin());
    }
}

void plan::find_nodes(state& cluster) {
    owners_.clear();
    for (const partition_index partition : partitions_)
        owners_.push_back(cluster.owners[partition]);
    sort_unique(owners_);
    nodes_.clear();
    for (const node_index owner : owners_) nodes_.push_back(&cluster.nodes[owner]);
}

void plan::shrink() {
    if (keys_.capacity() <= kept_max) return;
    keys_ = {};
    partitions_ = {};
    owners_ = {};
}

}  // namespace memstore::cluster
