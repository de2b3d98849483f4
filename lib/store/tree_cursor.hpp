#pragma once

#include "store/key_range.hpp"
#include "store/key_record.hpp"
#include "store/tree.hpp"
#include "store/tree_node.hpp"

#include <cstddef>
#include <cstdint>

namespace memstore::store {

/** Goes through the records of one state of a tree, in the order of their keys or against it.

    It remembers a leaf, not a path: where a leaf ends, it finds the way to the next from the root,
    which is near by then. So it is small enough to have hundreds of them at hand.

    @par Threads  as tree_root; each cursor one at a time
*/
class tree_cursor {
public:
    tree_cursor(tree_root root, direction way) noexcept : root_(root.top_), way_(way) {}

    /// Goes to the first record behind `cut`, or in reverse to the last before it. Complexity:
    /// O(log n).
    void seek(const key_cut& cut) noexcept {
        begin_seek();
        while (seek_on(cut)) {
        }
    }

    /** One seek in steps, for a caller with many cursors that lets their cache misses overlap: each
        step brings near what the next one looks at.

        @return whether there is more to do: call it again then
    */
    void begin_seek() noexcept;
    bool seek_on(const key_cut& cut) noexcept;

    /// Where it is; nullptr past the last.
    const key_record* current() const noexcept { return current_; }

    /// @pre  current() is a record
    void next() noexcept;

    /// Brings near what next() will most likely go to.
    void prefetch_next() const noexcept;

private:
    enum class step : std::uint8_t { down, record, edge, none };

    bool seek_down(const key_cut& cut) noexcept;
    bool seek_record(const key_cut& cut) noexcept;
    bool seek_edge() noexcept;
    void stop_at(std::size_t at) noexcept;
    void go_down(const inner_node& from, std::size_t child) noexcept;
    bool go_beside() noexcept;
    void leave_leaf() noexcept;
    void find_beside() noexcept;

    const tree_node* root_;
    const tree_node* node_ = nullptr;    // a leaf, once the seek has ended
    const tree_node* beside_ = nullptr;  // what comes after it; or not known
    const key_record* current_ = nullptr;
    std::uint32_t at_ = 0;
    step next_step_ = step::down;
    direction way_;
};

}  // namespace memstore::store
