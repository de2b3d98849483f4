#include "store/held_versions.hpp"

#include <algorithm>
#include <cassert>

namespace memstore::store {

bool held_versions::listing::any_in(std::uint64_t first, std::uint64_t end) const noexcept {
    const auto held = all();
    return std::any_of(held.begin(), held.end(), [&](std::uint64_t each) {
        return first <= each && each < end;
    });
}

std::optional<held_versions::lease> held_versions::hold(std::uint64_t version) noexcept {
    assert(version != free);
    const auto found = std::find_if(versions_.begin(), versions_.end(), [](const auto& each) {
        return each.load(std::memory_order_acquire) == free;
    });
    if (found == versions_.end()) return std::nullopt;
    const auto number = static_cast<std::size_t>(found - versions_.begin());
    if (number >= end_.load(std::memory_order_relaxed)) {
        end_.store(number + 1, std::memory_order_relaxed);
    }
    found->store(version, std::memory_order_release);
    count_.fetch_add(1, std::memory_order_acq_rel);
    return lease{*this, *found};
}

held_versions::listing held_versions::list() const noexcept {
    listing made;
    const std::size_t end = end_.load(std::memory_order_relaxed);
    for (std::size_t number = 0; number < end; ++number) {
        const std::uint64_t version = versions_[number].load(std::memory_order_acquire);
        if (version != free) made.versions_[made.count_++] = version;
    }
    return made;
}

/// In this order: whoever finds none any more, or one release more, no longer lists it.
void held_versions::release(std::atomic<std::uint64_t>& held) noexcept {
    held.store(free, std::memory_order_release);
    releases_.fetch_add(1, std::memory_order_acq_rel);
    count_.fetch_sub(1, std::memory_order_acq_rel);
}

}  // namespace memstore::store
