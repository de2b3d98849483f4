#include "store/write_run.hpp"

#include <algorithm>
#include <string_view>

namespace memstore::store {

write_run::write_run(const write_set& of, const key_range& range, direction way)
    : of_(of), way_(way) {
    take_new(range);
}

void write_run::next() noexcept {
    std::pop_heap(ahead_.begin(), ahead_.end(), [this](std::uint32_t one, std::uint32_t other) {
        return is_later(one, other);
    });
    ahead_.pop_back();
}

void write_run::take_new(const key_range& range) {
    const auto all = of_.writes();
    for (; seen_ < all.size(); ++seen_) {
        if (!range.contains(all[seen_].key.bytes)) continue;
        ahead_.push_back(static_cast<std::uint32_t>(seen_));
        std::push_heap(
            ahead_.begin(),
            ahead_.end(),
            [this](std::uint32_t one, std::uint32_t other) { return is_later(one, other); }
        );
    }
}

bool write_run::is_later(std::uint32_t one, std::uint32_t other) const noexcept {
    const std::string_view own = of_.writes()[one].key.bytes;
    const std::string_view others = of_.writes()[other].key.bytes;
    return way_ == direction::forward ? own > others : own < others;
}

}  // namespace memstore::store
