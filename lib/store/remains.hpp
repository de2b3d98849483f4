#pragma once

#include "store/fifo.hpp"
#include "store/held_versions.hpp"
#include "store/key_record.hpp"
#include "store/revision.hpp"

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace memstore::store {

class node_memory;

/// The version that readers begin to read at, at least, where commits are shown at once.
inline constexpr std::uint64_t all_visible = ~std::uint64_t{0};

/** What the keys of a partition have left behind and cannot be freed yet: revisions that were
    replaced, and records of keys that were erased.

    A revision counts from its birth to before the commit that replaced it. Who reads at one of
    those versions may still come to it: readers that were there before that commit was visible, for
    a grace period; and held snapshots, for as long as they are held. Whoever reads at a version
    before its birth passes it. So when a grace period is over

    - where no held snapshot reads it, it is unlinked from the chain if one may pass it, and
   retired;
    - otherwise it is kept, until those snapshots have gone.

    So a held snapshot keeps one revision of each key that is written after it, and no more,
    however often it is. A record is taken out when it has nothing left but a tombstone.

    While no snapshot is held, what is replaced is retired at once: nobody passes it later. Not so
    where commits are shown late: who comes then may be shown what is replaced already.

    @par Threads  empty() from any; the rest is the owner's
*/
class remains {
public:
    explicit remains(node_memory& home) noexcept : home_(&home) {}
    remains(const remains&) = delete;
    remains& operator=(const remains&) = delete;

    ~remains() { clear(); }

    /// Frees the revisions, and forgets the records: no reader may be left.
    void clear() noexcept;

    /// What goes from here on goes there.
    void move_to(node_memory& home) noexcept { home_ = &home; }

    /// `gone` is being replaced by the commit `by`.
    void add_replaced(key_record& of, const revision& gone, std::uint64_t by);

    /// A key is being erased by the commit `by`.
    void add_erased(key_record& gone, std::uint64_t by);

    /** Retires the revisions that are free to go, and calls `remove(record)` for the records that
        are to be taken out, of at most so many erased keys.

        @param visible  whoever begins to read from now on does so at this version, or a later one
        @return how many of those were looked at
    */
    template <class Remove>
    std::size_t reclaim(std::size_t most, std::uint64_t visible, Remove remove) {
        note_visible(visible);
        if (!replaced_.all.empty()) reclaim_replaced();
        const std::size_t due = count_due_erased(most);
        for (std::size_t at = 0; at < due; ++at) {
            if (may_go(erased_.all[at])) remove(*erased_.all[at].record);
        }
        if (due > 0) drop_erased(due);
        return due;
    }

    /** Does the same with what was kept for held snapshots, where some have gone since. Ends behind
        the record at which `most` are reached, and goes on from there the next time.

        @return how many revisions were looked at
    */
    template <class Remove>
    std::size_t sweep(std::size_t most, Remove remove) {
        std::size_t looked_at = 0;
        while (looked_at < most && has_to_sweep()) {
            const swept next = sweep_next();
            looked_at += next.looked_at;
            if (next.may_go) remove(*next.record);
        }
        return looked_at;
    }

    /// What waits for a grace period: so many revisions and erased keys.
    std::size_t waiting() const noexcept { return replaced_.all.size() + erased_.all.size(); }

    /// The records of those, by address. Complexity: O(n log n).
    std::vector<const key_record*> waiting_records() const;

    /// Whether something of a record is kept for held snapshots. Complexity: O(log n).
    bool keeps_of(const key_record& one) const {
        return kept_.contains(const_cast<key_record*>(&one));
    }

    /// A hint where the owner is another thread.
    bool empty() const noexcept { return empty_.load(std::memory_order_relaxed); }

private:
    static constexpr std::uint64_t hidden = ~std::uint64_t{0};

    struct kept {
        const revision* gone;
        std::uint64_t birth;
        std::uint64_t by;
        std::uint64_t erased_by = 0;  // of a record's first: the erasure that waits for it to go
    };
    struct replaced {
        key_record* of;
        kept what;
        std::uint64_t epoch;  // in which the commit that replaced it was visible, or hidden

        std::uint64_t by() const noexcept { return what.by; }
    };
    struct erased {
        key_record* record;
        std::uint64_t by_version;
        std::uint64_t epoch;  // the same

        std::uint64_t by() const noexcept { return by_version; }
    };

    /// What was left behind, in the order of the versions by which it was.
    template <class T>
    struct row {
        fifo<T> all;
        std::size_t visible = 0;  // of those, from the front

        void drop_front(std::size_t count) noexcept {
            all.drop_front(count);
            visible -= count;
        }
    };
    struct swept {
        std::size_t looked_at;
        key_record* record;
        bool may_go;
    };

    template <class T>
    static void set_epochs(row<T>& of, std::uint64_t visible, std::uint64_t epoch) noexcept;
    template <class T>
    static std::size_t count_due(
        row<T>& of,
        std::uint64_t reachable_since,
        std::size_t most
    ) noexcept;
    void note_visible(std::uint64_t visible) noexcept;
    void reclaim_replaced();
    std::size_t count_due_erased(std::size_t most) noexcept;
    bool may_go(const erased& one) noexcept;
    void drop_erased(std::size_t count) noexcept;
    bool has_to_sweep() noexcept;
    swept sweep_next();
    void retire(const key_record& of, const kept& one, const held_versions::listing& held);
    void free(const revision& one) noexcept;
    void note_size() noexcept;

    node_memory* home_;
    row<replaced> replaced_;
    row<erased> erased_;
    std::multimap<key_record*, kept> kept_;
    key_record* swept_last_ = nullptr;  // of those kept; nullptr: it begins with the first
    std::uint64_t sweep_releases_ = 0;  // how many there were when it began
    std::uint64_t swept_releases_ = 0;  // what so many left behind is gone
    std::atomic<bool> empty_ = true;
};

}  // namespace memstore::store
