#include "cluster/expiry.hpp"

#include <algorithm>

namespace memstore::cluster {
namespace {

constexpr std::size_t removals_max =
    1000;  // in one transaction: others wait for its node meanwhile

}  // namespace

void expiry::remove_due() {
    if (!due() || under_way_.exchange(true, std::memory_order_acquire)) return;
    enter(nodes_, cluster_);
}

bool expiry::due() const noexcept {
    const base::moment now = cluster_.time.now();
    const auto& owned = nodes_.front()->partitions;
    return std::any_of(owned.begin(), owned.end(), [&](partition_index each) {
        return cluster_.partitions[each].deadlines().earliest() <= now;
    });
}

void expiry::run() noexcept {
    const base::moment now = cluster_.time.now();
    const auto& owned = nodes_.front()->partitions;
    removals_.clear();
    for (std::uint32_t slot = 0; slot < owned.size(); ++slot) {
        cluster_.partitions[owned[slot]].deadlines().visit_due(now, [&](const store::record& due) {
            const store::located_key key{due.key(), cluster_.hash_of(due.key()), slot};
            removals_.put({.key = key, .value = {}, .erased = true});
            return removals_.writes().size() < removals_max;
        });
    }
    if (!removals_.empty()) committer_.commit(cluster_, owned, removals_, nodes_.front()->retired);
}

void expiry::conclude(bool) noexcept { under_way_.store(false, std::memory_order_release); }

}  // namespace memstore::cluster
