#include "store/held_snapshot.hpp"

#include "store/key_range.hpp"
#include "store/range_scan.hpp"

namespace memstore::store {

held_scan::held_scan(const held_snapshot& of, std::string_view prefix)
    : epochs_(*of.epochs_), of_(of.all_), now_(of.now_), prefix_(prefix), next_(prefix) {}

held_scan::held_scan(const held_snapshot& of, std::size_t partition)
    : epochs_(*of.epochs_), now_(of.now_) {
    of_.add(of.all_[partition]);
}

bool held_scan::next(const bounds& most, void* context, callback show) {
    const epoch_domain::pin reading{epochs_};
    const key_range left{key_cut::before(next_), key_cut::behind_all(prefix_)};
    record_scan scan{of_, left, direction::forward};
    std::size_t looked_at = 0;
    std::size_t bytes = 0;
    for (; !scan.ended() && looked_at < most.keys && bytes < most.bytes; scan.step()) {
        ++looked_at;
        const revision* const there = scan.current().shown;
        if (there == nullptr || there->deadline() <= now_) continue;
        const std::string_view key = scan.current().key;
        bytes += key.size() + there->value().size();
        show(context, entry{key, there->value(), there->birth(), there->deadline()});
    }
    if (scan.ended()) return false;
    next_.assign(scan.current().key);
    return true;
}

}  // namespace memstore::store
