#pragma once

#include "store/key_range.hpp"
#include "store/key_record.hpp"
#include "store/snapshot.hpp"
#include "store/tree_cursor.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace memstore::store {

/** Goes through the records of all partitions of a snapshot, in the order of their keys or against
    it: those that its versions do not show among them.

    A tournament whose matches remember their losers (Knuth, The Art of Computer Programming 3,
    5.4.1), so that a step plays only the matches of the last winner. Keys are compared by their
    heads, eight bytes behind the prefix that all keys in play share; ties look at keys.

    @par Threads  one at a time, pinned since before the snapshot was taken, or the owner of its
      partitions while it does not change them
*/
class key_merge {
public:
    /// Begins behind `cut`, or in reverse before it. Complexity: O(p log n) for p partitions, whose
    /// cache misses overlap.
    /// @throws std::bad_alloc
    key_merge(const snapshot& of, const key_cut& cut, direction way);

    /// Where it is; nullptr past the last.
    const key_record* current() const noexcept { return current_; }

    /// Of the partition of current() in the snapshot.
    std::uint32_t slot() const noexcept { return winner_.slot; }

    /// Complexity: O(log p).
    /// @pre  current() is a record
    void next() noexcept;

private:
    /// A partition's current record, by its head.
    struct player {
        std::uint64_t head;  ///< lower is earlier; last_head where the prefix is another one
        std::uint32_t slot;
    };
    static constexpr std::uint64_t last_head = ~std::uint64_t{0};

    void seek_all(const key_cut& cut) noexcept;
    void begin_tournament() noexcept;
    player play(std::size_t match) noexcept;
    player enter(std::uint32_t slot) const noexcept;
    bool beats(const player& one, const player& other) const noexcept;
    bool has_prefix(const key_record& one) const noexcept;

    direction way_;
    std::vector<tree_cursor> cursors_;  // one a partition
    std::vector<player> losers_;        // of match i, which the winners of 2i and 2i + 1 play
    std::string_view prefix_;
    player winner_{};
    const key_record* current_ = nullptr;
};

}  // namespace memstore::store
