#include "store/leftovers.hpp"

namespace memstore::store {

void leftovers::push(const leftover& last) {
    waiting_.push_back({last, not_sealed});
    if (waiting_.size() == 1) empty_.store(false, std::memory_order_relaxed);
}

void leftovers::seal(std::uint64_t epoch) noexcept {
    for (auto each = waiting_.rbegin(); each != waiting_.rend() && each->epoch == not_sealed;
         ++each) {
        each->epoch = epoch;
    }
}

std::optional<leftover> leftovers::pop_before(std::uint64_t epoch) {
    if (waiting_.empty() || waiting_.front().epoch >= epoch) return std::nullopt;
    const leftover oldest = waiting_.front().what;
    waiting_.pop_front();
    if (waiting_.empty()) empty_.store(true, std::memory_order_relaxed);
    return oldest;
}

}  // namespace memstore::store
