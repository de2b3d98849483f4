#include "store/deadline_index.hpp"

namespace memstore::store {

void deadline_index::add(const record& one) {
    by_deadline_.emplace(one.deadline, &one);
    note_earliest();
}

void deadline_index::remove(const record& one) {
    by_deadline_.erase({one.deadline, &one});
    note_earliest();
}

void deadline_index::note_earliest() noexcept {
    const auto earliest = by_deadline_.empty() ? base::never : by_deadline_.begin()->first;
    earliest_.store(earliest, std::memory_order_relaxed);
}

}  // namespace memstore::store
