#include "http/rate_table.hpp"

#include <algorithm>
#include <bit>
#include <cassert>

namespace memstore::http {
namespace {

constexpr std::chrono::nanoseconds second{1'000'000'000};

}  // namespace

rate_table::rate_table(const rate& each, std::size_t entries, std::uint64_t secret)
    : each_(each),
      interval_(second / static_cast<std::int64_t>(each.per_second)),
      tolerance_(interval_ * static_cast<std::int64_t>(each.burst - 1)),
      spread_(secret),
      sets_(std::bit_ceil((entries + ways - 1) / ways)),
      table_(std::make_unique<set[]>(sets_)) {
    assert(each.per_second > 0 && each.burst > 0);
}

std::optional<std::chrono::nanoseconds> rate_table::take(std::uint64_t who, moment now) noexcept {
    const std::size_t at = spread_(who) & (sets_ - 1);
    const std::lock_guard lock{locks_[at % stripes].mutex};
    entry& whose = place_of(who, table_[at]);
    const moment paid_until = std::max(whose.paid_until, now);
    if (paid_until - now > tolerance_) return paid_until - now - tolerance_;
    whose = {who, paid_until + interval_};  // be it in place of another, whose moment it takes over
    return std::nullopt;
}

void rate_table::give_back(std::uint64_t who) noexcept {
    const std::size_t at = spread_(who) & (sets_ - 1);
    const std::lock_guard lock{locks_[at % stripes].mutex};
    entry& whose = place_of(who, table_[at]);
    if (whose.who == who) whose.paid_until -= interval_;
}

rate_table::entry& rate_table::place_of(std::uint64_t who, set& among) noexcept {
    entry* least = among.entries.data();
    for (entry& one : among.entries) {
        if (one.who == who) return one;
        if (one.paid_until < least->paid_until) least = &one;
    }
    return *least;
}

}  // namespace memstore::http
