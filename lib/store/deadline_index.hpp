#pragma once

#include "base/clock.hpp"
#include "store/key_record.hpp"

#include <atomic>
#include <set>
#include <utility>

namespace memstore::store {

/** The keys of a partition that have a deadline, by deadline.

    @par Threads  one owner at a time; earliest() from any
*/
class deadline_index {
public:
    /// What an entry takes up: a node of the set, as the allocator rounds it.
    static constexpr std::size_t entry_bytes = 64;

    /// Complexity: O(log n).
    void add(base::moment deadline, const key_record& one);
    void remove(base::moment deadline, const key_record& one);

    std::size_t size() const noexcept { return by_deadline_.size(); }

    void clear() noexcept {
        by_deadline_.clear();
        note_earliest();
    }

    /// The deadline that passes first, or never. A hint where the owner is another thread.
    base::moment earliest() const noexcept { return earliest_.load(std::memory_order_relaxed); }

    /// Calls `visit(record)` for those whose deadline is not after `now`, earliest first, until it
    /// returns false.
    template <class Visitor>
    void visit_due(base::moment now, Visitor&& visit) const {
        for (const auto& [deadline, due] : by_deadline_) {
            if (deadline > now || !visit(*due)) return;
        }
    }

private:
    void note_earliest() noexcept;

    std::set<std::pair<base::moment, const key_record*>> by_deadline_;
    std::atomic<base::moment> earliest_ = base::never;
};

}  // namespace memstore::store
