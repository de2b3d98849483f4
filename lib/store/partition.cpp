#include "store/partition.hpp"

#include "base/give_back.hpp"
#include "store/node_memory.hpp"

#include <algorithm>
#include <cassert>

namespace memstore::store {
namespace {

constexpr std::size_t departed_kept_max = 4096;

}  // namespace

partition::~partition() { clear(); }

void partition::clear() noexcept {
    tree_.clear(home_);
    index_.clear(home_);
    deadlines_.clear();
    departed_.clear();
    first_departed_ = first_hidden_ = 0;
    has_departed_.store(false, std::memory_order_relaxed);
    size_.store(0, std::memory_order_relaxed);
    working_ = 0;
    published_.store(0, std::memory_order_relaxed);
    committing_.store(idle, std::memory_order_relaxed);
}

void partition::restore(const write& last, std::uint64_t version) {
    const std::uint64_t newest = std::max(working_, version);
    set_commit_version(version);
    apply(last, version);
    working_ = newest;
}

void partition::apply(const write& last, std::uint64_t version) {
    assert(committing() == version);
    working_ = version;
    key_record* const known = index_.find(last.key.hash, last.key.bytes);
    const revision* const before = known != nullptr ? known->newest() : nullptr;
    const bool was_there = before != nullptr && !before->erased();
    if (last.erased && !was_there) return;

    const revision* const after =
        last.erased ? revision::make_tombstone(home_.blocks, version, before)
                    : revision::make(home_.blocks, last.value, last.deadline, version, before);
    if (known == nullptr) {
        add_record(last, *after);
        return;
    }
    known->prepend(after);
    home_.retired.retire(before, before->block_bytes());
    note_deadlines(*known, before, *after);
    if (last.erased) {
        departed_.push_back({known, version, hidden});
        has_departed_.store(true, std::memory_order_relaxed);
    }
    if (last.erased == was_there) {
        const std::size_t keys = last.erased ? size() - 1 : size() + 1;
        size_.store(keys, std::memory_order_relaxed);
    }
}

void partition::add_record(const write& added, const revision& first) {
    key_record* const made =
        key_record::make(home_.blocks, added.key.bytes, added.key.hash, &first);
    index_.insert(*made, added.key.hash, home_);
    tree_.insert(*made, home_);
    if (first.expires()) deadlines_.add(first.deadline(), *made);
    size_.store(size() + 1, std::memory_order_relaxed);
}

void partition::note_deadlines(
    const key_record& of,
    const revision* before,
    const revision& after
) {
    if (before->expires()) deadlines_.remove(before->deadline(), of);
    if (after.expires()) deadlines_.add(after.deadline(), of);
}

void partition::publish() noexcept {
    tree_.publish();
    published_.store(working_ << 1, std::memory_order_seq_cst);
    committing_.store(idle, std::memory_order_release);
}

void partition::point_at(const commit_record::change& pending) noexcept {
    tree_.publish();
    published_.store(reinterpret_cast<word>(&pending) | pending_tag, std::memory_order_seq_cst);
}

/// Their grace period begins.
void partition::note_departures(std::uint64_t visible) noexcept {
    const std::uint64_t epoch = home_.retired.now();
    for (; first_hidden_ < departed_.size(); ++first_hidden_) {
        departure& next = departed_[first_hidden_];
        if (next.version > visible) return;
        next.epoch = epoch;
    }
}

std::size_t partition::remove_departed(std::size_t most, std::uint64_t visible) {
    if (departed_.empty()) return 0;
    note_departures(visible);
    const std::uint64_t reachable_since = home_.retired.reachable_since();
    const std::size_t first = first_departed_;
    const std::size_t end = first + std::min(most, departed_.size() - first);
    for (; first_departed_ < end; ++first_departed_) {
        const departure& next = departed_[first_departed_];
        if (next.epoch >= reachable_since) break;
        const revision& newest = *next.record->newest();
        // One that was written again, and perhaps erased again, is not this departure's any more.
        if (newest.birth() == next.version) remove_record(*next.record);
    }
    const std::size_t removed = first_departed_ - first;
    if (first_departed_ * 2 < departed_.size()) return removed;
    departed_.erase(
        departed_.begin(),
        departed_.begin() + static_cast<std::ptrdiff_t>(first_departed_)
    );
    first_hidden_ -= first_departed_;
    first_departed_ = 0;
    if (departed_.empty()) {
        has_departed_.store(false, std::memory_order_relaxed);
        if (departed_.capacity() > departed_kept_max) base::give_back(departed_);
    }
    return removed;
}

void partition::remove_record(key_record& gone) {
    index_.erase(gone, home_);
    tree_.erase(gone, home_);
    tree_.publish();
    const revision* const tombstone = gone.newest();
    home_.retired.retire(tombstone, tombstone->block_bytes());
    home_.retired.retire(&gone, gone.block_bytes());
}

}  // namespace memstore::store
