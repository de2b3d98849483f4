#include "store/write_set.hpp"

#include "base/give_back.hpp"

#include <algorithm>
#include <bit>

namespace memstore::store {
namespace {

constexpr std::size_t scanned_max = 8;  // so few are found faster without an index
constexpr std::size_t kept_writes_max = 256;
constexpr std::uint32_t free_slot = 0;

bool same(const located_key& one, const located_key& other) noexcept {
    return one.hash == other.hash && one.bytes == other.bytes;
}

}  // namespace

void write_set::clear() noexcept {
    writes_.clear();
    index_.clear();
}

void write_set::put(const write& last) {
    const std::size_t at = position_of(last.key);
    if (at < writes_.size()) {
        writes_[at] = last;
        return;
    }
    writes_.push_back(last);
    if (writes_.size() <= scanned_max) return;
    if (writes_.size() * 2 > index_.size()) {
        index_all();
    } else {
        index_[slot_of(last.key)] = static_cast<std::uint32_t>(writes_.size());
    }
}

const write* write_set::find(const located_key& key) const noexcept {
    const std::size_t at = position_of(key);
    return at < writes_.size() ? &writes_[at] : nullptr;
}

void write_set::shrink() {
    if (writes_.capacity() <= kept_writes_max) return;
    base::give_back(writes_);
    base::give_back(index_);
}

std::size_t write_set::position_of(const located_key& key) const noexcept {
    if (index_.empty()) {
        const auto found = std::find_if(writes_.begin(), writes_.end(), [&](const write& each) {
            return same(each.key, key);
        });
        return static_cast<std::size_t>(found - writes_.begin());
    }
    const std::uint32_t slot = index_[slot_of(key)];
    return slot == free_slot ? writes_.size() : slot - 1;
}

/// The slot of the index that holds `key`, or the free one where it belongs.
std::size_t write_set::slot_of(const located_key& key) const noexcept {
    const std::size_t mask = index_.size() - 1;
    std::size_t at = key.hash & mask;
    while (index_[at] != free_slot && !same(writes_[index_[at] - 1].key, key)) at = (at + 1) & mask;
    return at;
}

void write_set::index_all() {
    index_.assign(std::bit_ceil(writes_.size() * 4), free_slot);
    for (std::size_t i = 0; i < writes_.size(); ++i) {
        index_[slot_of(writes_[i].key)] = static_cast<std::uint32_t>(i + 1);
    }
}

}  // namespace memstore::store
