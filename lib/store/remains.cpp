#include "store/remains.hpp"

#include "store/node_memory.hpp"

#include <algorithm>

namespace memstore::store {
namespace {

// What one that is kept takes up beside its block: a node of the map, as the allocator rounds it.
constexpr std::size_t entry_bytes = 80;

}  // namespace

template <class T>
void remains::set_epochs(row<T>& of, std::uint64_t visible, std::uint64_t epoch) noexcept {
    for (; of.visible < of.all.size(); ++of.visible) {
        T& next = of.all[of.visible];
        if (next.by() > visible) return;
        next.epoch = epoch;
    }
}

/// How many, at most so many, only held snapshots can come to any more.
template <class T>
std::size_t remains::count_due(
    row<T>& of,
    std::uint64_t reachable_since,
    std::size_t most
) noexcept {
    std::size_t due = 0;
    while (due < std::min(most, of.all.size()) && of.all[due].epoch < reachable_since) ++due;
    return due;
}

void remains::clear() noexcept {
    for (std::size_t at = 0; at < replaced_.all.size(); ++at) {
        free(*replaced_.all[at].what.gone);
    }
    for (const auto& each : kept_) free(*each.second.gone);
    replaced_ = {};
    erased_ = {};
    home_->beside_blocks -= kept_.size() * entry_bytes;
    kept_.clear();
    swept_last_ = nullptr;
    note_size();
}

void remains::free(const revision& one) noexcept {
    home_->blocks.free(const_cast<revision*>(&one), one.block_bytes());
}

void remains::add_replaced(key_record& of, const revision& gone, std::uint64_t by) {
    const std::size_t bytes = gone.block_bytes();
    if (!home_->held.any() && !home_->shows_late) {
        home_->retired.retire(&gone, bytes);
        return;
    }
    home_->retired.expect(bytes);
    replaced_.all.push({&of, {&gone, gone.birth(), by}, hidden});
    empty_.store(false, std::memory_order_relaxed);
}

void remains::add_erased(key_record& gone, std::uint64_t by) {
    erased_.all.push({&gone, by, hidden});
    empty_.store(false, std::memory_order_relaxed);
}

std::vector<const key_record*> remains::waiting_records() const {
    std::vector<const key_record*> found;
    found.reserve(waiting());
    for (std::size_t at = 0; at < replaced_.all.size(); ++at) found.push_back(replaced_.all[at].of);
    for (std::size_t at = 0; at < erased_.all.size(); ++at) found.push_back(erased_.all[at].record);
    std::sort(found.begin(), found.end());
    return found;
}

/// The grace period begins of what was added by a commit that is visible.
void remains::note_visible(std::uint64_t visible) noexcept {
    const std::uint64_t epoch = home_->retired.now();
    set_epochs(replaced_, visible, epoch);
    set_epochs(erased_, visible, epoch);
}

/// The newest first: so the way to it through its record's chain is short.
void remains::reclaim_replaced() {
    const std::size_t due =
        count_due(replaced_, home_->retired.reachable_since(), replaced_.all.size());
    if (due == 0) return;
    const held_versions::listing held = home_->held.list();
    for (std::size_t at = due; at > 0; --at) {
        const replaced& next = replaced_.all[at - 1];
        if (held.any_in(next.what.birth, next.what.by)) {
            kept_.emplace(next.of, next.what);
            home_->beside_blocks += entry_bytes;
        } else {
            retire(*next.of, next.what, held);
        }
    }
    replaced_.drop_front(due);
    note_size();
}

/// Where a held snapshot may pass it on the way to what is behind it, everything before it in the
/// chain is there: that was replaced while this snapshot was held.
void remains::retire(const key_record& of, const kept& one, const held_versions::listing& held) {
    if (held.any_in(0, one.birth)) {
        const revision* before = of.newest();
        while (before->older() != one.gone) before = before->older();
        before->skip_older();
    }
    home_->retired.retire(one.gone, one.gone->block_bytes());
}

std::size_t remains::count_due_erased(std::size_t most) noexcept {
    return count_due(erased_, home_->retired.reachable_since(), most);
}

/// Not one that was written again, and perhaps erased again, since; nor one of which something is
/// kept, until that is gone.
bool remains::may_go(const erased& one) noexcept {
    if (one.record->newest()->birth() != one.by_version) return false;
    const auto first_kept = kept_.find(one.record);
    if (first_kept == kept_.end()) return true;
    first_kept->second.erased_by = one.by_version;
    return false;
}

void remains::drop_erased(std::size_t count) noexcept {
    erased_.drop_front(count);
    note_size();
}

/// Whether there is one behind swept_last_, or a new sweep has one to begin with.
bool remains::has_to_sweep() noexcept {
    if (swept_last_ == nullptr) {
        sweep_releases_ = home_->held.releases();
        if (sweep_releases_ == swept_releases_) return false;
    }
    if (kept_.upper_bound(swept_last_) != kept_.end()) return true;
    swept_releases_ = sweep_releases_;
    swept_last_ = nullptr;
    return false;
}

remains::swept remains::sweep_next() {
    const held_versions::listing held = home_->held.list();
    const auto [begin, end] = kept_.equal_range(kept_.upper_bound(swept_last_)->first);
    swept found{0, begin->first, false};
    std::uint64_t erased_by = 0;
    for (auto each = begin; each != end; ++found.looked_at) {
        const kept& one = each->second;
        erased_by = std::max(erased_by, one.erased_by);
        if (held.any_in(one.birth, one.by)) {
            ++each;
        } else {
            retire(*found.record, one, held);
            each = kept_.erase(each);
            home_->beside_blocks -= entry_bytes;
        }
    }
    const auto left = kept_.find(found.record);
    if (left != kept_.end()) {
        left->second.erased_by = erased_by;
    } else {
        found.may_go = found.record->newest()->birth() == erased_by;
    }
    swept_last_ = found.record;
    note_size();
    return found;
}

void remains::note_size() noexcept {
    const bool empty = replaced_.all.empty() && erased_.all.empty() && kept_.empty();
    empty_.store(empty, std::memory_order_relaxed);
}

}  // namespace memstore::store
