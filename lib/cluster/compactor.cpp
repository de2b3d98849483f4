#include "cluster/compactor.hpp"

#include "cluster/state.hpp"

#include <algorithm>
#include <utility>

namespace memstore::cluster {
namespace {

// Parts of what a node's chunks hold.
constexpr std::size_t wanted_part = 16;   // that a walk is to give back
constexpr std::size_t patience_part = 8;  // to be written, until it is given up: keys may have come
constexpr std::size_t rest_part = 64;     // to be written between two walks
constexpr std::size_t rest_in_vain_part = 16;  // the same behind one that gave nothing back

constexpr std::size_t patience_min = std::size_t{1} << 20;

/// A walk ends before the node has written a 64th of that: a quarter of what it gives back.
constexpr double walks = 64;

/// In one turn, since others wait meanwhile: some tens of microseconds, or about as long again as
/// what was written took.
double keys_max(std::size_t written) noexcept {
    return std::min(512 + static_cast<double>(written) / 16, 4096.0);
}

/// What is due later is not more than so many turns.
constexpr double turns_due_max = 8;

/// It takes a look around for these to begin a step: it waits until they are worth it.
constexpr double keys_min = 64;

// Of a partition, records that are taken out in a visit: that costs more than to look at one.
constexpr std::size_t departures_a_visit = 16;

// A partition of which much waits to be given up is come back to.
constexpr std::size_t attempts_max = 64;

}  // namespace

void compactor::go_on(state& cluster, node& own, std::size_t written) {
    if (way_.empty()) {
        rests_ -= std::min(rests_, written);
        if (rests_ > 0 || !begin(cluster, own)) return;
    }
    patience_ -= std::min(patience_, written);
    if (patience_ == 0) way_.clear();
    const double most = keys_max(written);
    due_ = std::min(due_ + static_cast<double>(written) * keys_per_byte_, turns_due_max * most);
    if (due_ >= keys_min) {
        const double now = std::min(due_, most);
        due_ -= now;
        look_at(static_cast<std::size_t>(now), cluster, own);
    }
    if (way_.empty()) end(own);
}

/// What the last walk has not cleared, since something had to stay where it was, is still to be.
bool compactor::begin(const state& cluster, node& own) {
    store::slab& blocks = own.memory.blocks;
    if (cluster.excess_bytes() == 0) {
        blocks.end_clearing();
        return false;
    }
    const std::size_t held = blocks.chunk_bytes_held();
    blocks.begin_clearing(held / wanted_part);
    leaving_chunks_ = blocks.leaving_chunks();
    // Where partitions have moved, what they use may lie in chunks that other nodes clear.
    if (leaving_chunks_ == 0 && cluster.layout_version() == 0) {
        end(own);
        return false;
    }
    std::size_t looks = own.partitions.size();
    for (const partition_index each : own.partitions) {
        way_.push_back({each});
        looks += cluster.partitions[each].index().size();
    }
    keys_per_byte_ = walks * static_cast<double>(looks) / static_cast<double>(held + 1);
    due_ = 0;
    patience_ = held / patience_part + patience_min;
    return !way_.empty();
}

void compactor::end(const node& own) noexcept {
    const store::slab& blocks = own.memory.blocks;
    const bool in_vain = blocks.leaving_chunks() == leaving_chunks_;
    rests_ = blocks.chunk_bytes_held() / (in_vain ? rest_in_vain_part : rest_part);
}

void compactor::look_at(std::size_t keys, state& cluster, node& own) {
    while (keys > 0 && !way_.empty()) keys -= std::min(keys, visit(keys, cluster, own));
}

/// @return keys looked at and taken out, and one for the partition
std::size_t compactor::visit(std::size_t keys, state& cluster, const node& own) {
    stop next = std::move(way_.front());
    way_.pop_front();
    if (cluster.owner_of(next.partition) != own.index) return 1;
    store::partition& partition = cluster.partitions[next.partition];
    const std::size_t gone = partition.reclaim(departures_a_visit, cluster.visible());
    if (!partition.can_relocate()) {
        if (++next.attempts < attempts_max) way_.push_back(std::move(next));
        return gone + 1;
    }
    next.walk.begin_step(keys);
    const std::size_t looked_at = partition.relocate(next.walk);
    if (next.walk.is_over()) way_.push_front(std::move(next));
    return looked_at + gone + 1;
}

}  // namespace memstore::cluster
