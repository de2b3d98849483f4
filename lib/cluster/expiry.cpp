#include "cluster/expiry.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace memstore::cluster {
namespace {

// In one turn: others wait for its node meanwhile.
constexpr std::size_t removals_max = 1000;

}  // namespace

void expiry::remove_due() {
    if (!due() || under_way_.exchange(true, std::memory_order_acquire)) return;
    enter(nodes_, cluster_);
}

bool expiry::due() const noexcept {
    const node& own = *nodes_.front();
    if (!own.memory.retired.empty() || !own.memory.to_do.empty()) return true;
    const base::moment now = cluster_.time.now();
    return std::any_of(own.partitions.begin(), own.partitions.end(), [&](partition_index each) {
        return cluster_.partitions[each].deadlines().earliest() <= now;
    });
}

void expiry::run() noexcept {
    find_expired();
    if (!removals_.empty()) {
        committer_.commit(cluster_, nodes_.front()->partitions, removals_, nodes_);
    }
    collect_garbage();
}

void expiry::find_expired() {
    const base::moment now = cluster_.time.now();
    const auto& owned = nodes_.front()->partitions;
    removals_.clear();
    for (std::uint32_t slot = 0; slot < owned.size(); ++slot) {
        const store::deadline_index& deadlines = cluster_.partitions[owned[slot]].deadlines();
        deadlines.visit_due(now, [&](const store::key_record& due) {
            const store::located_key key{due.key(), cluster_.hash_of(due.key()), slot};
            removals_.put({.key = key, .value = {}, .erased = true});
            return removals_.writes().size() < removals_max;
        });
    }
    more_ = removals_.writes().size() >= removals_max;
}

/// What a node that is busy does as it goes, for one that is idle.
void expiry::collect_garbage() {
    store::node_memory& memory = nodes_.front()->memory;
    memory.collect();
    more_ = memory.clean_up(removals_max) == removals_max || more_;
    memory.blocks.return_idle();
}

std::size_t expiry::weight() const noexcept { return removals_max; }

void expiry::conclude(bool) noexcept {
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
