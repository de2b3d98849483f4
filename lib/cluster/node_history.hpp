#pragma once

#include "cluster/history_budget.hpp"
#include "cluster/recorded_commit.hpp"
#include "store/node_memory.hpp"
#include "store/write_set.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace memstore::cluster {

/** The last commits of one node, in the order of their versions, as many as fit a budget that it
   has together with others.

    A commit over several nodes is recorded once, in the history of the first. A transaction's owner
    calls, for that one and in this order: begin_commit(), set_commit_version(), record(), and
    conclude() once the commit is visible.

    The commits lie one behind the other in chunks; the oldest chunk goes when a new one would not
    fit. A commit that is larger than all of the history is kept as long as it is the newest, within
    a limit of its own; beyond that it counts as dropped at once.

    Readers follow with a history_cursor, without a lock. They keep what they look at by a pin, so
    that what is dropped while they read goes later.

    @par Threads  committing() and oldest() from any; what changes it is the node's owner's
*/
class node_history {
public:
    /// @param memory  of the node; it outlives the history
    /// @param budget  outlives it, too; of 0 bytes: nothing is kept, and nothing is announced
    /// @param commit_bytes_max  of a commit that is kept; no less than the budget
    node_history(store::node_memory& memory, history_budget& budget, std::size_t commit_bytes_max);
    ~node_history() { clear(); }
    node_history(const node_history&) = delete;
    node_history& operator=(const node_history&) = delete;

    /// Gives all memory back; nothing may be done with it after that, and no reader may be left.
    void clear() noexcept;

    /// Nothing is held of what was committed up to `version`. Before all else.
    void start_from(std::uint64_t version) noexcept {
        oldest_.store(version, std::memory_order_relaxed);
    }

    bool keeps() const noexcept { return budget_.bytes_max() != 0; }

    static constexpr std::uint64_t idle = 0;
    static constexpr std::uint64_t version_pending = ~std::uint64_t{0};

    /** The version of the commit that is on its way into the history: idle, version_pending while
       it has none yet, else the version. Whoever finds it idle, or a version, then finds every
       commit recorded that was announced before that one.
    */
    std::uint64_t committing() const noexcept {
        return committing_.load(std::memory_order_acquire);
    }

    /// Every commit of a later version than this is still held, once it is recorded.
    std::uint64_t oldest() const noexcept { return oldest_.load(std::memory_order_acquire); }

    /// Before the commit version is taken: so whoever knows of a later version knows of this
    /// commit.
    void begin_commit() noexcept {
        if (keeps()) committing_.store(version_pending, std::memory_order_relaxed);
    }
    void set_commit_version(std::uint64_t version) noexcept {
        if (keeps()) committing_.store(version, std::memory_order_release);
    }

    /// Copies the changes. What that drops is retired into the node's memory: publish and seal
    /// next.
    void record(std::uint64_t version, std::span<const store::write> changes) {
        if (keeps()) append(version, changes);
    }
    void conclude() noexcept {
        if (keeps()) committing_.store(idle, std::memory_order_release);
    }

    /// Whether it holds more than `share` while the budget is exceeded. A hint where the owner is
    /// another thread.
    bool exceeds(std::size_t share) const noexcept {
        return bytes() > share && !budget_.has_room_for(0);
    }

    /// Drops the oldest commits while it is so; where it has a share, not the newest ones. What
    /// that drops is retired: collect next.
    void trim(std::size_t share) noexcept;

    /// Of the memory that it holds. A moment's figure where the owner is another thread.
    std::size_t bytes() const noexcept { return bytes_.load(std::memory_order_relaxed); }

private:
    friend class history_cursor;

    /// Its commits follow it in the same block.
    struct chunk {
        const std::uint64_t sequence;
        const std::uint64_t first_version;
        const std::size_t block_bytes;
        std::uint64_t last_version;         // the owner's
        std::atomic<std::size_t> used = 0;  // bytes of commits that are complete

        std::size_t room() const noexcept { return block_bytes - sizeof(chunk); }
        std::byte* place(std::size_t offset) noexcept {
            return reinterpret_cast<std::byte*>(this + 1) + offset;
        }
        const recorded_commit& at(std::size_t offset) const noexcept {
            const auto* const bytes = reinterpret_cast<const std::byte*>(this + 1);
            return *reinterpret_cast<const recorded_commit*>(bytes + offset);
        }
    };

    void append(std::uint64_t version, std::span<const store::write> changes);
    void add_chunk(std::size_t commit_bytes, std::uint64_t first_version);
    void drop_oldest() noexcept;
    void note_bytes(std::size_t more, std::size_t less) noexcept;
    void skip(std::uint64_t version);

    std::atomic<chunk*>& slot(std::uint64_t sequence) noexcept {
        return slots_[sequence % slots_.size()];
    }

    /// The chunk of that number, or nullptr when it is no longer held. While pinned.
    const chunk* find(std::uint64_t sequence) const noexcept;

    store::node_memory& memory_;
    history_budget& budget_;
    const std::size_t commit_bytes_max_;
    const std::size_t chunk_bytes_;
    std::vector<std::atomic<chunk*>> slots_;  // by number, modulo their count
    std::atomic<std::size_t> bytes_ = 0;

    alignas(64) std::atomic<std::uint64_t> committing_ = idle;
    std::atomic<std::uint64_t> first_ = 0;  // the numbers of the chunks held: from here
    std::atomic<std::uint64_t> end_ = 0;    // to before this
    std::atomic<std::uint64_t> oldest_;
    chunk* newest_ = nullptr;
};

/** Goes through a history from some version on.

    @par Threads  one at a time, with the epoch domain pinned all the while
*/
class history_cursor {
public:
    /// At the first commit after that version.
    /// @par Complexity  logarithmic in the chunks, linear in the commits of one
    history_cursor(const node_history& of, std::uint64_t after) noexcept;

    /// The commit that it stands at; nullptr: that has not been recorded yet, or lost().
    const recorded_commit* current() noexcept;

    /// Behind the current commit, which was there.
    void advance() noexcept { offset_ += chunk_->at(offset_).bytes(); }

    /// Whether what comes next may have been dropped: it will not go on.
    bool lost() const noexcept { return lost_; }

private:
    void seek(std::uint64_t after) noexcept;
    void enter(std::uint64_t sequence) noexcept;

    const node_history* of_;
    const node_history::chunk* chunk_ = nullptr;
    std::uint64_t sequence_ = 0;
    std::size_t offset_ = 0;
    std::size_t used_ = 0;  // of the chunk, as far as it is known
    bool lost_ = false;
};

}  // namespace memstore::cluster
