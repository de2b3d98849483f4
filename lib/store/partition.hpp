#pragma once

#include "store/commit_record.hpp"
#include "store/deadline_index.hpp"
#include "store/tree.hpp"
#include "store/write_set.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace memstore::store {

class limbo;

/** A fixed share of the keys, and the unit of ownership: readers see what was published, one owner
    at a time changes a working state ahead of it.

    A transaction's owner calls, for each partition that it changes and in this order:
    begin_commit(), set_commit_version(), apply() for each write, then either publish(), or
    point_at() a commit record and, once that is committed, settle().

    The published state is one word: a root, or a tagged pointer to a change of a commit record.

    @par Threads  published() and committing() from any, pinned; the rest is the owner's
*/
class partition {
public:
    partition() = default;
    partition(const partition&) = delete;
    partition& operator=(const partition&) = delete;

    /// What readers see now: everything up to some commit, and nothing of a later one. Never waits.
    tree_root published() const noexcept;

    static constexpr std::uint64_t idle = 0;
    static constexpr std::uint64_t version_pending = ~std::uint64_t{0};

    /** The version of the commit that is on its way to being published: idle, version_pending while
        it has none yet, else the version. Load it before published(): whoever finds it idle then
        sees the commit.
    */
    std::uint64_t committing() const noexcept {
        return committing_.load(std::memory_order_acquire);
    }

    tree_root working() const noexcept { return working_.root(); }
    const deadline_index& deadlines() const noexcept { return deadlines_; }

    /// Before the commit version is taken: so a reader that knows of a later version knows of this
    /// commit.
    void begin_commit() noexcept { committing_.store(version_pending, std::memory_order_relaxed); }
    void set_commit_version(std::uint64_t version) noexcept {
        committing_.store(version, std::memory_order_release);
    }

    /// Makes a write part of the working state. Complexity: O(log n) and a copy of one path of the
    /// tree.
    void apply(const write& last, std::uint64_t version, limbo& retired);

    void publish() noexcept;
    void point_at(const commit_record::change& pending) noexcept;
    void settle() noexcept { publish(); }

    /// Keys held, expired ones among them until they are removed. From any thread; a moment's
    /// figure.
    std::size_t size() const noexcept { return size_.load(std::memory_order_relaxed); }

private:
    using word = std::uintptr_t;
    static constexpr word pending_tag = 1;

    static word word_of(tree_root root) noexcept { return reinterpret_cast<word>(root.top()); }

    alignas(64) tree working_;
    std::atomic<word> published_ = word_of(working_.root());
    std::atomic<std::uint64_t> committing_ = idle;
    std::atomic<std::size_t> size_ = 0;
    deadline_index deadlines_;
};

}  // namespace memstore::store
