#include "cluster/handover.hpp"

#include <algorithm>
#include <cassert>
#include <vector>

namespace memstore::cluster {

std::chrono::nanoseconds handover::perform(const partition_move& next) {
    assert(next.from != next.to);
    assert(cluster_.owner_of(next.partition) == next.from);
    move_ = next;
    done_ = false;
    nodes_ = {
        &cluster_.nodes[std::min(next.from, next.to)],
        &cluster_.nodes[std::max(next.from, next.to)]};
    enter(nodes_, cluster_);
    std::unique_lock held{mutex_};
    concluded_.wait(held, [this] { return done_; });
    return ended_ - began_;
}

bool handover::run() noexcept {
    node& from = cluster_.nodes[move_.from];
    node& to = cluster_.nodes[move_.to];
    auto& before = from.partitions;
    before.erase(std::lower_bound(before.begin(), before.end(), move_.partition));
    auto& after = to.partitions;
    after.insert(std::lower_bound(after.begin(), after.end(), move_.partition), move_.partition);
    cluster_.partitions[move_.partition].move_to(to.memory);
    cluster_.owners[move_.partition].store(move_.to, std::memory_order_release);
    cluster_.handovers.fetch_add(1, std::memory_order_release);
    return true;
}

bool handover::conclude(bool) noexcept {
    const std::lock_guard held{mutex_};
    ended_ = clock::now();
    done_ = true;
    concluded_.notify_one();
    return true;
}

}  // namespace memstore::cluster
