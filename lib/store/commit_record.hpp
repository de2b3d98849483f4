#pragma once

#include "store/tree.hpp"

#include <atomic>
#include <cstddef>
#include <memory>
#include <vector>

namespace memstore::store {

/** Many partitions, one commit point: partitions that point at a record change together, when it is
    committed.

    @par Threads  any may read; one writer
*/
class commit_record {
public:
    /// One partition, before and after the commit.
    class change {
    public:
        /// Which root counts now. Never waits: until the commit it is the one before.
        tree_root current() const noexcept {
            const bool committed = record_->committed_.load(std::memory_order_seq_cst);
            return committed ? after_ : before_;
        }

    private:
        friend class commit_record;
        change(const commit_record& record, tree_root before, tree_root after) noexcept
            : record_(&record), before_(before), after_(after) {}

        const commit_record* record_;
        tree_root before_;
        tree_root after_;
    };

    /// @param changes_max  how many add() will be called for
    explicit commit_record(std::size_t changes_max) { changes_.reserve(changes_max); }
    commit_record(const commit_record&) = delete;
    commit_record& operator=(const commit_record&) = delete;

    /// @return the change, which stays where it is
    const change& add(tree_root before, tree_root after) {
        changes_.push_back(change{*this, before, after});
        return changes_.back();
    }

    void commit() noexcept { committed_.store(true, std::memory_order_seq_cst); }

private:
    std::atomic<bool> committed_ = false;
    std::vector<change> changes_;
};

}  // namespace memstore::store
