#include "cluster/expiry.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace memstore::cluster {
namespace {

// In one turn: others wait for its node, and for its thread, meanwhile. Some tens of microseconds.
constexpr std::size_t removals_a_turn = 128;

// The same of records that are taken out, which costs more and is in no hurry.
constexpr std::size_t departures_a_turn = 32;

/// A key whose deadline has come, and where it is.
struct due_key {
    const store::key_record* record;
    std::uint32_t slot;
};

}  // namespace

std::vector<bool> expiry::due_nodes(const state& cluster) {
    std::vector<bool> due;
    for (const node& each : cluster.nodes) {
        const store::node_memory& memory = each.memory;
        due.push_back(
            !memory.retired.empty() || memory.blocks.has_returned() ||
            each.history.exceeds(cluster.history_share(each))
        );
    }
    const base::moment now = cluster.time.now();
    for (partition_index each = 0; each < cluster.partitions.size(); ++each) {
        const store::partition& partition = cluster.partitions[each];
        if (partition.deadlines().earliest() > now && !partition.has_remains()) continue;
        const node_index owner = cluster.owner_of(each);
        if (owner < due.size()) due[owner] = true;
    }
    return due;
}

void expiry::start() {
    if (under_way_.exchange(true, std::memory_order_acquire)) return;
    enter(nodes_, cluster_);
}

bool expiry::run() noexcept {
    removals_.clear();
    if (cluster_.writable()) find_expired();
    if (!removals_.empty()) {
        committed_ = committer_.commit(cluster_, nodes_.front()->partitions, removals_, nodes_);
        cluster_.expired_keys.fetch_add(removals_.writes().size(), std::memory_order_relaxed);
    }
    // Who waits to be removed goes before what those who were have left.
    more_ = removals_.writes().size() == removals_a_turn;
    if (!more_) collect_garbage();
    return true;
}

/// Asks for a record before it comes to the next, since most of them are far away.
void expiry::find_expired() {
    const base::moment now = cluster_.time.now();
    const auto& owned = nodes_.front()->partitions;
    std::array<due_key, removals_a_turn> found;
    std::size_t count = 0;
    for (std::uint32_t slot = 0; slot < owned.size() && count < found.size(); ++slot) {
        const store::deadline_index& deadlines = cluster_.partitions[owned[slot]].deadlines();
        deadlines.visit_due(now, [&](const store::key_record& due) {
            __builtin_prefetch(&due);
            found[count++] = {&due, slot};
            return count < found.size();
        });
    }
    for (std::size_t i = 0; i < count; ++i) {
        const std::string_view bytes = found[i].record->key();
        const store::located_key key{bytes, cluster_.hash_of(bytes), found[i].slot};
        cluster_.partitions[owned[key.slot]].index().prefetch_slot(key.hash);
        removals_.put(
            {.key = key, .value = {}, .erased = true, .cause = base::change_cause::expired}
        );
    }
}

/// What a node that is busy does as it goes, for one that is idle.
void expiry::collect_garbage() {
    store::node_memory& memory = nodes_.front()->memory;
    node_history& history = nodes_.front()->history;
    if (history.keeps()) history.trim(cluster_.history_share(*nodes_.front()));
    memory.retired.collect();
    const std::uint64_t visible = cluster_.visible();
    std::size_t left = departures_a_turn;
    for (const partition_index each : nodes_.front()->partitions) {
        store::partition& partition = cluster_.partitions[each];
        left -= partition.reclaim(left, visible);
        left -= std::min(left, partition.sweep(left));
    }
    more_ = left == 0;
    if (!more_) memory.blocks.return_idle();
    // Nobody else does it for a node out of use, whose blocks went along with the partitions.
    const bool clears = nodes_.front()->partitions.empty() && cluster_.memory_bytes_max > 0;
    if (clears && cluster_.excess_bytes() > 0) memory.blocks.begin_clearing(~std::size_t{0});
    nodes_.front()->note_bytes();
}

std::size_t expiry::weight() const noexcept { return removals_a_turn; }

/// With a journal, it waits for that: else what is to be written would pile up.
bool expiry::conclude(bool) noexcept {
    if (cluster_.journal != nullptr && !cluster_.journal->wait(*this, committed_)) return false;
    resume_after_journal(true);
    return true;
}

void expiry::resume_after_journal(bool) noexcept {
    if (more_ && !stopped_.load(std::memory_order_relaxed)) {
        post_next();
    } else {
        under_way_.store(false, std::memory_order_release);
    }
}

/// Whoever waits for the node, or for this thread, goes first.
void expiry::post_next() {
    auto go_on = [this] { enter(nodes_, cluster_); };
    boost::asio::post(nodes_.front()->queue.strand(), std::move(go_on));
}

}  // namespace memstore::cluster
