#include "store/partition.hpp"

#include "store/leftovers.hpp"
#include "store/node_memory.hpp"

#include <cassert>

namespace memstore::store {

partition::~partition() {
    tree_.clear(home_);
    index_.clear(home_);
}

void partition::apply(const write& last, std::uint64_t version) {
    assert(committing() == version);
    working_ = version;
    key_record* const known = index_.find(last.key.hash, last.key.bytes);
    const revision* const before = known != nullptr ? known->newest() : nullptr;
    const bool was_there = before != nullptr && !before->erased();
    if (last.erased && !was_there) return;
    if (known == nullptr) {
        add_record(last, version);
        return;
    }
    const revision& after = add_revision(*known, last, version);
    const bool left_home = known->is_at_home(before);
    if (left_home) {
        home_.retired.hasten();
    } else {
        home_.retired.retire(before, before->block_bytes());
    }
    if (left_home || last.erased) home_.to_do.push({this, known, version, left_home});
    note_deadlines(*known, before, after);
    if (last.erased == was_there) {
        const std::size_t keys = last.erased ? size() - 1 : size() + 1;
        size_.store(keys, std::memory_order_relaxed);
    }
}

const revision& partition::add_revision(key_record& to, const write& last, std::uint64_t version) {
    const revision* const before = to.newest();
    const revision* added = nullptr;
    if (last.erased) {
        added = revision::make_tombstone(home_.blocks, version, before);
    } else {
        const std::size_t bytes = revision::bytes_for(last.value, last.deadline);
        void* const at_home = to.take_home(bytes);
        void* const block = at_home != nullptr ? at_home : home_.blocks.allocate(bytes);
        added = revision::make(block, last.value, last.deadline, version, before);
    }
    to.prepend(added);
    return *added;
}

void partition::add_record(const write& added, std::uint64_t version) {
    const std::size_t bytes = revision::bytes_for(added.value, added.deadline);
    key_record* const made =
        key_record::make(home_.blocks, added.key.bytes, added.key.hash, bytes);
    const revision& first = add_revision(*made, added, version);
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

void partition::clean_up_behind(const leftover& write) {
    key_record& record = *write.record;
    const revision& newest = *record.newest();
    if (newest.erased() && newest.birth() == write.version) {
        remove_record(record);
    } else if (write.left_home) {
        record.vacate_home();
        if (!newest.erased()) bring_home(record);
    }
}

/// Where the value fits; else one that does will find the home vacant.
void partition::bring_home(key_record& one) {
    const revision* const away = one.newest();
    void* const home = one.take_home(away->block_bytes());
    if (home == nullptr) return;
    one.prepend(away->copy_to(home));
    home_.retired.retire(away, away->block_bytes());
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
