#include "cluster/plan.hpp"

#include "base/give_back.hpp"
#include "command/command_table.hpp"

#include <algorithm>
#include <numeric>

namespace memstore::cluster {
namespace {

constexpr std::size_t kept_max = 256;

/// Of more than so many keys the cache misses overlap with one another when they are looked up.
constexpr std::size_t prefetched_max = 4;

}  // namespace

void plan::make(const command::transaction& what, const state& cluster) {
    keys_.clear();
    partitions_.clear();
    spans_ = false;
    for (const command::command& each : what.commands) {
        keys_.push_back({each.key, cluster.hash_of(each.key), 0});
        spans_ = spans_ || each.what->spans;
    }
    if (spans_) {
        take_all(cluster);
    } else if (keys_.size() == 1) {
        partitions_.push_back(cluster.partition_of(keys_.front().hash));
    } else {
        find_partitions(cluster);
    }
    if (keys_.size() <= prefetched_max) prefetch(cluster);
}

/// What is done until they are looked up takes about as long as a cache miss.
void plan::prefetch(const state& cluster) const noexcept {
    for (const store::located_key& key : keys_) {
        cluster.partitions[partitions_[key.slot]].index().prefetch_slot(key.hash);
    }
}

/// So that slots are partitions.
void plan::take_all(const state& cluster) {
    partitions_.resize(cluster.partitions.size());
    std::iota(partitions_.begin(), partitions_.end(), partition_index{0});
    for (store::located_key& key : keys_) key.slot = cluster.partition_of(key.hash);
}

void plan::find_partitions(const state& cluster) {
    distinct_.reset(cluster.partitions.size());
    for (store::located_key& key : keys_) {
        key.slot = cluster.partition_of(key.hash);
        distinct_.add(key.slot);
    }
    distinct_.visit_ranked([&](partition_index each) { partitions_.push_back(each); });
    for (store::located_key& key : keys_) key.slot = distinct_.rank(key.slot);
}

void plan::find_nodes(state& cluster) {
    nodes_.clear();
    if (partitions_.size() == 1) {
        nodes_.push_back(&cluster.nodes[cluster.owner_of(partitions_.front())]);
        return;
    }
    if (spans_) {
        const std::size_t end = cluster.nodes_in_use();
        for (std::size_t at = 0; at < end; ++at) nodes_.push_back(&cluster.nodes[at]);
        return;
    }
    layout_version_ = cluster.layout_version();
    while (!find_owners(cluster)) {
    }
    distinct_.visit_ranked([&](std::uint32_t owner) { nodes_.push_back(&cluster.nodes[owner]); });
}

/// @return false: a node came into use meanwhile
bool plan::find_owners(const state& cluster) {
    const std::size_t end = cluster.nodes_in_use();
    distinct_.reset(end);
    for (const partition_index each : partitions_) {
        const node_index owner = cluster.owner_of(each);
        if (owner >= end) return false;
        distinct_.add(owner);
    }
    return true;
}

void plan::add_node(node& other) {
    const auto place = std::lower_bound(
        nodes_.begin(),
        nodes_.end(),
        other.index,
        [](const node* one, node_index index) { return one->index < index; }
    );
    if (place == nodes_.end() || *place != &other) nodes_.insert(place, &other);
}

bool plan::has_right_nodes(const state& cluster) const noexcept {
    if (partitions_.size() == 1) {
        const node_index owner = cluster.owner_of(partitions_.front());
        return std::any_of(nodes_.begin(), nodes_.end(), [owner](const node* each) {
            return each->index == owner;
        });
    }
    if (spans_) return cluster.nodes_in_use() <= nodes_.size();
    if (cluster.layout_version() == layout_version_) return true;
    return std::all_of(partitions_.begin(), partitions_.end(), [&](partition_index each) {
        return distinct_.contains(cluster.owner_of(each));
    });
}

void plan::shrink() {
    if (keys_.capacity() <= kept_max) return;
    base::give_back(keys_);
    base::give_back(partitions_);
}

}  // namespace memstore::cluster
