#include "cluster/commit_stream.hpp"

#include <algorithm>

namespace memstore::cluster {
namespace {

// A commit has no version for some nanoseconds, unless its thread is interrupted just then.
constexpr int looks_max = 64;

std::uint64_t committing(const node_history& history) noexcept {
    std::uint64_t version = history.committing();
    for (int look = 1; version == node_history::version_pending && look < looks_max; ++look) {
        version = history.committing();
    }
    return version;
}

}  // namespace

std::uint64_t settle(state& cluster) noexcept {
    if (cluster.shows_durable_only()) {
        cluster.commits.settle(cluster.commits.revealed());
        return cluster.commits.settled();
    }
    std::uint64_t settled = cluster.commits.taken();
    for (const node& each : cluster.nodes) {
        const std::uint64_t version = committing(each.history);
        if (version == node_history::version_pending) return cluster.commits.settled();
        if (version != node_history::idle) settled = std::min(settled, version - 1);
    }
    cluster.commits.settle(settled);
    cluster.commits.reveal(settled);
    return cluster.commits.settled();
}

std::uint64_t oldest_held(const state& cluster) noexcept {
    std::uint64_t oldest = commit_clock::first;
    for (const node& each : cluster.nodes) oldest = std::max(oldest, each.history.oldest());
    return oldest;
}

commit_stream::commit_stream(const state& cluster, std::uint64_t after, std::uint64_t up_to)
    : up_to_(up_to) {
    cursors_.reserve(cluster.nodes.size());
    heads_.reserve(cluster.nodes.size());
    for (const node& each : cluster.nodes) {
        cursors_.emplace_back(each.history, after);
        add_current(cursors_.size() - 1);
    }
}

const recorded_commit* commit_stream::next() {
    if (lost_ || heads_.empty()) return nullptr;
    std::pop_heap(heads_.begin(), heads_.end(), later);
    const place lowest = heads_.back();
    heads_.pop_back();
    cursors_[lowest.cursor].advance();
    add_current(lowest.cursor);
    return lowest.commit;
}

void commit_stream::add_current(std::size_t cursor) {
    const recorded_commit* const commit = cursors_[cursor].current();
    lost_ = lost_ || cursors_[cursor].lost();
    if (commit == nullptr || commit->version() > up_to_) return;
    heads_.push_back({commit, cursor});
    std::push_heap(heads_.begin(), heads_.end(), later);
}

}  // namespace memstore::cluster
