#include "store/partition.hpp"

#include "store/node_memory.hpp"

#include <algorithm>
#include <cassert>
#include <vector>

namespace memstore::store {

partition::~partition() { clear(); }

void partition::clear() noexcept {
    remains_.clear();
    tree_.clear(*home_);
    index_.clear(*home_);
    home_->beside_blocks -= deadlines_.size() * deadline_index::entry_bytes;
    deadlines_.clear();
    size_.store(0, std::memory_order_relaxed);
    bytes_.store(0, std::memory_order_relaxed);
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
        last.erased ? revision::make_tombstone(home_->blocks, version, before)
                    : revision::make(home_->blocks, last.value, last.deadline, version, before);
    if (known == nullptr) {
        add_record(last, *after);
        return;
    }
    known->prepend(after);
    note_bytes(
        last.erased ? 0 : slab_layout::taken_by(after->block_bytes()),
        was_there ? slab_layout::taken_by(before->block_bytes()) : 0
    );
    remains_.add_replaced(*known, *before, version);
    remove_deadline(*known, *before);
    add_deadline(*known, *after);
    if (last.erased) remains_.add_erased(*known, version);
    if (last.erased == was_there) {
        const std::size_t keys = last.erased ? size() - 1 : size() + 1;
        size_.store(keys, std::memory_order_relaxed);
    }
}

void partition::add_record(const write& added, const revision& first) {
    key_record* const made =
        key_record::make(home_->blocks, added.key.bytes, added.key.hash, &first);
    index_.insert(*made, added.key.hash, *home_);
    tree_.insert(*made, *home_);
    add_deadline(*made, first);
    size_.store(size() + 1, std::memory_order_relaxed);
    note_bytes(
        slab_layout::taken_by(made->block_bytes()) + slab_layout::taken_by(first.block_bytes()),
        0
    );
}

void partition::add_deadline(const key_record& of, const revision& after) {
    if (!after.expires()) return;
    deadlines_.add(after.deadline(), of);
    home_->beside_blocks += deadline_index::entry_bytes;
}

void partition::remove_deadline(const key_record& of, const revision& before) {
    if (!before.expires()) return;
    deadlines_.remove(before.deadline(), of);
    home_->beside_blocks -= deadline_index::entry_bytes;
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

std::size_t partition::reclaim(std::size_t most, std::uint64_t visible) {
    if (remains_.empty()) return 0;
    return remains_.reclaim(most, visible, [this](key_record& gone) { remove_record(gone); });
}

std::size_t partition::sweep(std::size_t most) {
    if (remains_.empty()) return 0;
    return remains_.sweep(most, [this](key_record& gone) { remove_record(gone); });
}

/// Moves the records of one, and their newest revisions, as they are looked at.
class partition::mover final : public record_mover {
public:
    explicit mover(partition& of) : of_(of), waiting_(of.remains_.waiting_records()) {}

    const key_record& move(const key_record& one) override {
        auto& from = const_cast<key_record&>(one);
        const revision& newest = move_newest(from);
        slab& blocks = of_.home_->blocks;
        if (!blocks.is_leaving(&from, from.block_bytes()) || has_to_stay(from)) return from;
        key_record& now = *key_record::copy(blocks, from);
        of_.remove_deadline(from, newest);
        of_.add_deadline(now, newest);
        of_.index_.replace(from, now);
        of_.home_->retired.retire(&from, from.block_bytes());
        return now;
    }

private:
    /// Behind it are only those that readers may still come to who were there before it was: they
    /// find them behind the copy as well.
    const revision& move_newest(key_record& of) const {
        slab& blocks = of_.home_->blocks;
        const revision* const before = of.newest();
        const std::size_t bytes = before->block_bytes();
        if (before->erased() || !blocks.is_leaving(before, bytes)) return *before;
        const revision* const now = revision::copy(blocks, *before);
        of.prepend(now);
        of_.home_->retired.retire(before, bytes);
        return *now;
    }

    bool has_to_stay(const key_record& one) const {
        return one.newest()->erased() || of_.remains_.keeps_of(one) ||
               std::binary_search(waiting_.begin(), waiting_.end(), &one);
    }

    partition& of_;
    const std::vector<const key_record*> waiting_;
};

std::size_t partition::relocate(key_walk& walk) {
    assert(committing() == idle && can_relocate());
    if (walk.is_new()) index_.relocate(*home_);
    const std::size_t most = walk.left();
    mover own{*this};
    tree_.relocate(walk, own, *home_);
    tree_.publish();
    return most - walk.left();
}

void partition::remove_record(key_record& gone) {
    index_.erase(gone, *home_);
    tree_.erase(gone, *home_);
    tree_.publish();
    note_bytes(0, slab_layout::taken_by(gone.block_bytes()));
    const revision* const tombstone = gone.newest();
    home_->retired.retire(tombstone, tombstone->block_bytes());
    home_->retired.retire(&gone, gone.block_bytes());
}

}  // namespace memstore::store
