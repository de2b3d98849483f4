#pragma once

#include "base/clock.hpp"
#include "store/epoch.hpp"
#include "store/snapshot.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace memstore::store {

/** All keys as of one commit version, for as long as it is kept: across suspensions and threads,
    which a pin is not. Writers go on. Of each key that is written meanwhile, what the snapshot
   shows stays in memory until it is given up; a step reads the present index and tree, whose
   records stay as long.

    @par Threads  any, one at a time; what reads it, see held_scan
*/
class held_snapshot {
public:
    /// @param epochs  of the partitions' memory
    /// @param held  the version of `all`, since before anything that it shows was replaced
    /// @param all  of every partition
    /// @param now  keys whose deadline has come by then are not in it
    held_snapshot(
        epoch_domain& epochs,
        held_versions::lease held,
        snapshot all,
        base::moment now
    ) noexcept
        : epochs_(&epochs), held_(std::move(held)), all_(std::move(all)), now_(now) {}

    /// All commits up to it are in the snapshot, and none above.
    std::uint64_t version() const noexcept { return all_.version(); }
    std::size_t partitions() const noexcept { return all_.size(); }

private:
    friend class held_scan;

    epoch_domain* epochs_;
    held_versions::lease held_;
    snapshot all_;
    base::moment now_;
};

/** Goes through the keys of a held snapshot in steps that are as short as the caller wants them.

    @par Threads  one at a time; any number of scans of one snapshot side by side
*/
class held_scan {
public:
    /// Borrowed from the snapshot, good while it is shown.
    struct entry {
        std::string_view key;
        std::string_view value;
        std::uint64_t version;  ///< of the commit that wrote it
        base::moment deadline;
    };

    /// Where a step ends: behind the key that reaches one of them. At least 1 each.
    struct bounds {
        std::size_t keys;   ///< looked at, in the snapshot or not
        std::size_t bytes;  ///< of keys and values shown
    };

    /// All keys that begin with `prefix`, in bytewise order.
    /// @param of  must outlive the scan's steps
    held_scan(const held_snapshot& of, std::string_view prefix);

    /// The keys of one partition.
    held_scan(const held_snapshot& of, std::size_t partition);

    /** Calls `show(entry)` for the next ones.

        @return whether there may be more
        @throws std::bad_alloc
        @par Complexity  O(p log n) to begin for p partitions, O(log p) a key
    */
    template <class Visitor>
    bool next(const bounds& most, Visitor show) {
        return next(most, &show, [](void* context, const entry& each) {
            (*static_cast<Visitor*>(context))(each);
        });
    }

private:
    using callback = void (*)(void*, const entry&);

    bool next(const bounds& most, void* context, callback show);

    epoch_domain& epochs_;
    snapshot of_;
    base::moment now_;
    std::string prefix_;
    std::string next_;  // before it, all has been looked at
};

}  // namespace memstore::store
