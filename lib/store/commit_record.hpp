#pragma once

#include "store/slab.hpp"

#include <atomic>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <new>

namespace memstore::store {

/** Many partitions, one commit point: partitions that point at a record change together, when it is
    committed. Its changes follow it in the same block.

    @par Threads  any may read; one writer
*/
class commit_record {
public:
    /// One partition, before and after the commit.
    class change {
    public:
        /// Which version counts now. Never waits: until the commit it is the one before.
        std::uint64_t current() const noexcept {
            const bool committed = record_->committed_.load(std::memory_order_seq_cst);
            return committed ? after_ : before_;
        }

    private:
        friend class commit_record;
        change(const commit_record& record, std::uint64_t before, std::uint64_t after) noexcept
            : record_(&record), before_(before), after_(after) {}

        const commit_record* record_;
        std::uint64_t before_;
        std::uint64_t after_;
    };

    /// @param changes_max  how many add() will be called for
    static commit_record* make(slab& memory, std::size_t changes_max) {
        return new (memory.allocate(bytes_for(changes_max))) commit_record{changes_max};
    }
    commit_record(const commit_record&) = delete;
    commit_record& operator=(const commit_record&) = delete;

    const change& add(std::uint64_t before, std::uint64_t after) noexcept {
        assert(count_ < changes_max_);
        return *new (reinterpret_cast<change*>(this + 1) + count_++) change{*this, before, after};
    }

    void commit() noexcept { committed_.store(true, std::memory_order_seq_cst); }

    /// Of the whole block, for whoever frees it.
    std::size_t block_bytes() const noexcept { return bytes_for(changes_max_); }

private:
    explicit commit_record(std::size_t changes_max) noexcept : changes_max_(changes_max) {}

    static std::size_t bytes_for(std::size_t changes_max) noexcept {
        return sizeof(commit_record) + changes_max * sizeof(change);
    }

    std::atomic<bool> committed_ = false;
    std::size_t count_ = 0;
    std::size_t changes_max_;
};

}  // namespace memstore::store
