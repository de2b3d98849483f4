#include "cluster/compactor.hpp"

#include "cluster/state.hpp"

#include <algorithm>
#include <utility>

namespace memstore::cluster {
namespace {

constexpr std::size_t wanted_part = 16;  // of what a node holds: a walk is to give it back

// The same that is written between two walks.
constexpr std::size_t rest_part = 64;

/// A walk ends before the node has written a 32nd of what it holds: half of what it gives back.
constexpr double walks = 32;

/// In one turn, since others wait meanwhile: some tens of microseconds, or about as long again as
/// what was written took.
double keys_max(std::size_t written) noexcept { return 512 + static_cast<double>(written) / 16; }

// A partition of which much waits to be given up is come back to.
constexpr std::size_t attempts_max = 64;

}  // namespace

void compactor::go_on(state& cluster, node& own, std::size_t written) {
    if (way_.empty()) {
        rests_ -= std::min(rests_, written);
        if (rests_ > 0 || !begin(cluster, own)) return;
    }
    due_ = std::min(due_ + static_cast<double>(written) * keys_per_byte_, keys_max(written));
    const auto keys = static_cast<std::size_t>(due_);
    due_ -= static_cast<double>(keys);
    look_at(keys, cluster, own);
    if (way_.empty()) rest(own);
}

/// What the last walk has not cleared, since something had to stay where it was, is still to be.
bool compactor::begin(const state& cluster, node& own) {
    store::slab& blocks = own.memory.blocks;
    if (cluster.excess_bytes() == 0) {
        blocks.end_clearing();
        return false;
    }
    const std::size_t held = blocks.bytes_held();
    blocks.begin_clearing(held / wanted_part);
    if (!blocks.is_clearing()) {
        rest(own);
        return false;
    }
    std::size_t keys = 0;
    for (const partition_index each : own.partitions) {
        way_.push_back({each});
        keys += cluster.partitions[each].size();
    }
    keys_per_byte_ = walks * static_cast<double>(keys) / static_cast<double>(held);
    due_ = 0;
    return !way_.empty();
}

void compactor::rest(const node& own) noexcept {
    rests_ = own.memory.blocks.bytes_held() / rest_part;
}

void compactor::look_at(std::size_t keys, state& cluster, node& own) {
    while (keys > 0 && !way_.empty()) keys -= std::min(keys, visit(keys, cluster, own));
}

/// @return keys looked at, and one for the partition
std::size_t compactor::visit(std::size_t keys, state& cluster, const node& own) {
    stop next = std::move(way_.front());
    way_.pop_front();
    if (cluster.owner_of(next.partition) != own.index) return 1;
    store::partition& partition = cluster.partitions[next.partition];
    partition.reclaim(keys, cluster.visible());
    if (!partition.can_relocate()) {
        if (++next.attempts < attempts_max) way_.push_back(std::move(next));
        return 1;
    }
    next.walk.begin_step(keys);
    const std::size_t looked_at = partition.relocate(next.walk);
    if (next.walk.is_over()) way_.push_front(std::move(next));
    return looked_at + 1;
}

}  // namespace memstore::cluster
