#include "store/range_scan.hpp"

namespace memstore::store {

record_scan::record_scan(const snapshot& of, const key_range& range, direction way)
    : of_(of), range_(range), way_(way), merge_(of, range.entrance(way), way) {
    step();
}

void record_scan::step() noexcept {
    look_ahead();
    if (count_ == 0) {
        current_ = {};
        ended_ = true;
        return;
    }
    const sighting seen = take_sighting();
    const revision* const there = seen.record->at(of_[seen.slot].version());
    const bool shown = there != nullptr && !there->erased();
    current_ = {seen.record->key(), seen.slot, shown ? there : nullptr};
}

record_scan::sighting record_scan::take_sighting() noexcept {
    const sighting oldest = sighted_[first_];
    first_ = (first_ + 1) % ahead;
    --count_;
    return oldest;
}

void record_scan::look_ahead() noexcept {
    for (; count_ < ahead; ++count_) {
        const key_record* const next = merge_.current();
        if (next == nullptr || range_.passed(next->key(), way_)) return;
        __builtin_prefetch(next->newest());
        sighted_[(first_ + count_) % ahead] = {next, merge_.slot()};
        merge_.next();
    }
}

}  // namespace memstore::store
