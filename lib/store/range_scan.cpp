#include "store/range_scan.hpp"

namespace memstore::store {

range_scan::range_scan(const snapshot& of, const key_range& range, direction way)
    : of_(of), range_(range), way_(way), merge_(of, range.entrance(way), way) {
    next();
}

void range_scan::next() noexcept {
    for (look_ahead(); count_ > 0; look_ahead()) {
        const sighting seen = take_sighting();
        const revision* const there = seen.record->at(of_[seen.slot].version());
        if (there == nullptr || there->erased()) continue;
        current_ = {seen.record->key(), seen.slot, there};
        return;
    }
    current_ = {};
}

range_scan::sighting range_scan::take_sighting() noexcept {
    const sighting oldest = sighted_[first_];
    first_ = (first_ + 1) % ahead;
    --count_;
    return oldest;
}

void range_scan::look_ahead() noexcept {
    for (; count_ < ahead; ++count_) {
        const key_record* const next = merge_.current();
        if (next == nullptr || range_.passed(next->key(), way_)) return;
        __builtin_prefetch(next->newest());
        sighted_[(first_ + count_) % ahead] = {next, merge_.slot()};
        merge_.next();
    }
}

}  // namespace memstore::store
