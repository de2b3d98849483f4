#pragma once

#include "store/commit_record.hpp"
#include "store/deadline_index.hpp"
#include "store/hash_index.hpp"
#include "store/key_walk.hpp"
#include "store/remains.hpp"
#include "store/tree.hpp"
#include "store/write_set.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace memstore::store {

class node_memory;

/** A fixed share of the keys, and the unit of ownership: readers see what was published, one owner
    at a time changes a working state ahead of it.

    A transaction's owner calls, for each partition that it changes and in this order:
    begin_commit(), set_commit_version(), apply() for each write, then either publish(), or
    point_at() a commit record and, once that is committed, settle().

    The published state is one word: the version of the last commit, or a tagged pointer to a change
    of a commit record. Records are found by hash or in order; which of a record's revisions counts,
    the version says. Index and tree may run ahead of the word, so they are published before it.

    A key that was erased keeps its record, with a tombstone, until nobody reads at a version that
    shows it any more: see reclaim().

    @par Threads  committing(), size() and has_remains() from any; published() from any, pinned;
      find(), root() and index() from any, pinned since before the version was loaded; the rest is
      the owner's
*/
class partition {
public:
    /// @param home  of the node that owns it
    explicit partition(node_memory& home) noexcept : home_(&home) {}
    ~partition();  ///< frees all of it: no reader may be left
    partition(const partition&) = delete;
    partition& operator=(const partition&) = delete;

    /// The version that readers see now: everything up to some commit, and nothing of a later one.
    /// 0 before the first. Never waits.
    std::uint64_t published() const noexcept;

    static constexpr std::uint64_t idle = 0;
    static constexpr std::uint64_t version_pending = ~std::uint64_t{0};

    /** The version of the commit that is on its way to being published: idle, version_pending while
        it has none yet, else the version. Load it before published(): whoever finds it idle then
        sees the commit.
    */
    std::uint64_t committing() const noexcept {
        return committing_.load(std::memory_order_acquire);
    }

    /// What is at `key` as of a version that was published or is the working one; nullptr: nothing.
    const revision* find(const located_key& key, std::uint64_t version) const noexcept;

    /// Its key was asked for, or written. From any thread, as find().
    void note_use(const located_key& key, use_time now) const noexcept {
        const key_record* const known = index_.find(key.hash, key.bytes);
        if (known != nullptr) known->note_use(now);
    }

    /// Every record that such a version shows is in it, and others.
    tree_root root() const noexcept { return tree_.root(); }

    const hash_index& index() const noexcept { return index_; }

    /// The version of the last commit that was applied.
    std::uint64_t working() const noexcept { return working_; }
    const deadline_index& deadlines() const noexcept { return deadlines_; }

    /// Before the commit version is taken: so a reader that knows of a later version knows of this
    /// commit.
    void begin_commit() noexcept { committing_.store(version_pending, std::memory_order_relaxed); }
    void set_commit_version(std::uint64_t version) noexcept {
        committing_.store(version, std::memory_order_release);
    }

    /// Makes a write part of the working state. Complexity: constant on average for a key that is
    /// there, else O(log n) and a copy of one path of the tree.
    void apply(const write& last, std::uint64_t version);

    /// Makes a write part of the working state again, as recovery does: of whatever version, while
    /// nobody else uses the partition. publish() ends it.
    void restore(const write& last, std::uint64_t version);

    /// Forgets all keys. No reader may be left.
    void clear() noexcept;

    void publish() noexcept;
    void point_at(const commit_record::change& pending) noexcept;
    void settle() noexcept { publish(); }

    /// Gives up what nobody can read any more of what was replaced or erased. Takes records out of
    /// index and tree for at most so many erased keys.
    /// @param visible  whoever begins to read from now on does so at this version, or a later one
    /// @pre  `visible` was published by a sequentially consistent store, and read by such a load
    /// @return how many of those were looked at
    std::size_t reclaim(std::size_t most, std::uint64_t visible = all_visible);

    /// The same for what only snapshots could read that are held no more: for when there is time.
    /// @param most  revisions that are looked at
    /// @return how many were
    std::size_t sweep(std::size_t most);

    /// Whether little enough waits to be given up: see reclaim().
    bool can_relocate() const noexcept { return remains_.waiting() <= waiting_max; }

    /** Moves what the walk's next keys take up, and what finds them, out of chunks of its node that
        are to be cleared. Readers go on with what they have found. A record of which something
        waits to be given up stays where it is.

        @pre  no commit is on its way, and can_relocate()
        @return how many keys were looked at: fewer than the step may, where there are no more
        @par Complexity  O(log n) to begin, and linear in those and in what is moved
    */
    std::size_t relocate(key_walk& walk);

    /// What it takes up from here on comes from there, and what it frees goes there. By who owns
    /// both nodes.
    void move_to(node_memory& home) noexcept {
        home_ = &home;
        remains_.move_to(home);
    }

    /// Whether there is something to give up, now or later. A hint where the owner is another
    /// thread.
    bool has_remains() const noexcept { return !remains_.empty(); }

    /// Keys held, expired ones among them until they are removed. From any thread; a moment's
    /// figure.
    std::size_t size() const noexcept { return size_.load(std::memory_order_relaxed); }

    /// What keys and values take up as they stand, without index, tree and what was replaced. From
    /// any thread; a moment's figure.
    std::size_t bytes() const noexcept { return bytes_.load(std::memory_order_relaxed); }

    /// The same of the tree.
    std::size_t tree_bytes() const noexcept { return tree_.bytes(); }

private:
    using word = std::uint64_t;
    static constexpr word pending_tag = 1;
    static constexpr std::size_t waiting_max = 1024;

    class mover;

    void add_record(const write& added, const revision& first);
    void add_deadline(const key_record& of, const revision& after);
    void remove_deadline(const key_record& of, const revision& before);
    void remove_record(key_record& gone);
    void note_bytes(std::size_t more, std::size_t less) noexcept {
        bytes_.store(bytes() + more - less, std::memory_order_relaxed);
    }

    alignas(64) node_memory* home_;
    std::atomic<word> published_ = 0;
    std::atomic<std::uint64_t> committing_ = idle;
    std::uint64_t working_ = 0;
    hash_index index_;
    tree tree_;
    std::atomic<std::size_t> size_ = 0;
    std::atomic<std::size_t> bytes_ = 0;
    remains remains_{*home_};
    deadline_index deadlines_;
};

inline std::uint64_t partition::published() const noexcept {
    const word seen = published_.load(std::memory_order_seq_cst);
    if ((seen & pending_tag) == 0) return seen >> 1;
    return reinterpret_cast<const commit_record::change*>(seen ^ pending_tag)->current();
}

inline const revision* partition::find(const located_key& key, std::uint64_t version)
    const noexcept {
    const key_record* const known = index_.find(key.hash, key.bytes);
    if (known == nullptr) return nullptr;
    const revision* const there = known->at(version);
    return there == nullptr || there->erased() ? nullptr : there;
}

}  // namespace memstore::store
