#pragma once

#include "store/key_merge.hpp"
#include "store/key_range.hpp"
#include "store/revision.hpp"
#include "store/snapshot.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace memstore::store {

/** The records of a range of keys, in their order or against it, and what a snapshot shows of each.
    All its partitions are gone through, so a snapshot of some shows what those hold.

    @par Threads  as key_merge
*/
class record_scan {
public:
    struct item {
        std::string_view key;
        std::uint32_t slot;     ///< of its partition in the snapshot
        const revision* shown;  ///< as of the snapshot; nullptr: the key was not there
    };

    /// Comes to the first. @param of, range  must outlive it
    /// @throws std::bad_alloc
    /// @par Complexity  as of key_merge
    record_scan(const snapshot& of, const key_range& range, direction way);

    bool ended() const noexcept { return ended_; }

    /// Empty where it has ended.
    const item& current() const noexcept { return current_; }

    /// Complexity: O(log p).
    void step() noexcept;

private:
    struct sighting {
        const key_record* record;
        std::uint32_t slot;
    };
    // So many are found ahead, and their revisions brought near: about as long as a cache miss
    // takes.
    static constexpr std::size_t ahead = 8;

    void look_ahead() noexcept;
    sighting take_sighting() noexcept;

    const snapshot& of_;
    const key_range& range_;
    direction way_;
    key_merge merge_;
    std::array<sighting, ahead> sighted_{};  // a ring
    std::size_t first_ = 0;
    std::size_t count_ = 0;
    item current_{};
    bool ended_ = false;
};

/** The same without the records that the snapshot does not show.

    @par Threads  as key_merge
*/
class range_scan {
public:
    using item = record_scan::item;

    /// As a record_scan.
    range_scan(const snapshot& of, const key_range& range, direction way) : all_(of, range, way) {
        skip_hidden();
    }

    /// With nothing shown where it has ended.
    const item& current() const noexcept { return all_.current(); }

    /// Complexity: O(log p) a record, shown or not.
    void next() noexcept {
        all_.step();
        skip_hidden();
    }

private:
    void skip_hidden() noexcept {
        while (!all_.ended() && all_.current().shown == nullptr) all_.step();
    }

    record_scan all_;
};

}  // namespace memstore::store
