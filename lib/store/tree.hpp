#pragma once

#include "store/key_record.hpp"
#include "store/key_walk.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace memstore::store {

class node_memory;
struct tree_node;

/// Puts records elsewhere.
class record_mover {
public:
    /// @return where it is now
    virtual const key_record& move(const key_record& one) = 0;

protected:
    ~record_mover() = default;
};

/** The root of one state of a tree; nothing that it reaches changes while it can be reached: as
   long as the reader pins the epoch domain of the tree's memory. See tree_cursor.
*/
class tree_root {
public:
    explicit tree_root(const tree_node* top) noexcept : top_(top) {}

private:
    friend class tree_cursor;

    const tree_node* top_;
};

/** The records of a partition in the order of their keys, copy-on-write: a change copies the path
    from the root to its leaf, so that every earlier root stays readable. A B+tree; leaves that
    become empty are removed, others are not merged (free-at-empty: Johnson and Shasha, 1993).

    It changes only when a key comes or goes: what is read of a key, its record's revisions tell.
   Nodes made since the last publish() are private to the owner and are changed in place.

    @par Threads  root() and bytes() from any; the rest is the owner's
*/
class tree {
public:
    tree() = default;
    tree(const tree&) = delete;
    tree& operator=(const tree&) = delete;

    /// Gives all nodes back, and the records; no reader may be left.
    void clear(node_memory& memory) noexcept;

    /// As of the last publish().
    tree_root root() const noexcept { return tree_root{root_.load(std::memory_order_acquire)}; }

    /// Its key must not be there. Complexity: O(log n) and a copy of a path.
    void insert(const key_record& added, node_memory& memory);

    /// It must be there. Complexity: as insert()
    void erase(const key_record& gone, node_memory& memory);

    /// Has the walk's next records moved, and moves those of its own nodes on the way that lie in
    /// chunks that are to be cleared. Complexity: O(log n), and a copy of the paths that change.
    /// @pre  nothing has changed since the last publish()
    void relocate(key_walk& walk, record_mover& mover, node_memory& memory);

    void publish() noexcept;

    /// What its nodes take up, without the records. From any thread; a moment's figure.
    std::size_t bytes() const noexcept { return bytes_.load(std::memory_order_relaxed); }

private:
    void note_bytes(std::size_t now) noexcept { bytes_.store(now, std::memory_order_relaxed); }

    const tree_node* top_ = nullptr;
    std::atomic<const tree_node*> root_ = nullptr;
    std::uint64_t edit_ = 0;
    std::atomic<std::size_t> bytes_ = 0;
};

}  // namespace memstore::store
