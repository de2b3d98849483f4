#include "store/deadline_index.hpp"

namespace memstore::store {

void deadline_index::add(base::moment deadline, const key_record& one) {
    by_deadline_.emplace(deadline, &one);
    note_earliest();
}

void deadline_index::remove(base::moment deadline, const key_record& one) {
    const std::pair gone{deadline, &one};
    const auto first = by_deadline_.begin();
    // As a rule they go in their order.
    if (first != by_deadline_.end() && *first == gone) {
        by_deadline_.erase(first);
    } else {
        by_deadline_.erase(gone);
    }
    note_earliest();
}

void deadline_index::note_earliest() noexcept {
    const auto earliest = by_deadline_.empty() ? base::never : by_deadline_.begin()->first;
    earliest_.store(earliest, std::memory_order_relaxed);
}

}  // namespace memstore::store
