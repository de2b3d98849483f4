#include "store/hash_index.hpp"

#include "store/node_memory.hpp"

#include <algorithm>
#include <cassert>
#include <new>

namespace memstore::store {
namespace {

constexpr std::size_t slots_min = 16;

// At most four fifths are used: then a search for what is not there looks at 13 slots. A new table
// has half as many slots again.
constexpr std::size_t used_max(std::size_t slots) noexcept { return slots * 4 / 5; }
constexpr std::size_t slots_for(std::size_t records) noexcept {
    return std::max(slots_min, records * 15 / 8);
}

}  // namespace

hash_index::table* hash_index::make_table(std::size_t slots, node_memory& memory) {
    void* const block = memory.blocks.allocate(sizeof(table) + slots * sizeof(slot));
    auto* const made = new (block) table{static_cast<std::uint32_t>(slots)};
    for (std::size_t at = 0; at < slots; ++at) new (made->slots() + at) slot{free_slot};
    return made;
}

void hash_index::clear(node_memory& memory) noexcept {
    table* const all = table_.load(std::memory_order_relaxed);
    if (all != nullptr) memory.blocks.free(all, all->block_bytes());
    table_.store(nullptr, std::memory_order_relaxed);
    records_ = used_ = 0;
}

const key_record* hash_index::sample(std::uint64_t random) const noexcept {
    const table* const all = table_.load(std::memory_order_acquire);
    if (all == nullptr || records_ == 0) return nullptr;
    std::uint32_t at = base::scale(random, all->count);
    for (;;) {
        const std::uint64_t value = all->slots()[at].load(std::memory_order_acquire);
        if (value != free_slot && value != emptied_slot) return record_of(value);
        at = all->after(at);
    }
}

void hash_index::insert(key_record& added, std::uint64_t hash, node_memory& memory) {
    assert((reinterpret_cast<std::uint64_t>(&added) & ~address_mask) == 0);
    table* all = table_.load(std::memory_order_relaxed);
    if (all == nullptr || used_ + 1 > used_max(all->count)) {
        resize(memory);
        all = table_.load(std::memory_order_relaxed);
    }
    std::uint32_t at = all->home_of(hash);
    std::uint64_t value = all->slots()[at].load(std::memory_order_relaxed);
    while (value != free_slot && value != emptied_slot) {
        at = all->after(at);
        value = all->slots()[at].load(std::memory_order_relaxed);
    }
    if (value == free_slot) ++used_;
    ++records_;
    all->slots()[at].store(
        tag_of(hash) | reinterpret_cast<std::uint64_t>(&added),
        std::memory_order_release
    );
}

void hash_index::erase(const key_record& gone, node_memory& memory) {
    table& all = *table_.load(std::memory_order_relaxed);
    empty_slot(all, position_of(gone, all));
    --records_;
    if (records_ * 8 < all.count && all.count > slots_min) resize(memory);
}

std::uint32_t hash_index::position_of(const key_record& one, const table& all) noexcept {
    std::uint32_t at = all.home_of(one.hash());
    while (record_of(all.slots()[at].load(std::memory_order_relaxed)) != &one) at = all.after(at);
    return at;
}

void hash_index::replace(const key_record& before, key_record& after) noexcept {
    table& all = *table_.load(std::memory_order_relaxed);
    slot& own = all.slots()[position_of(before, all)];
    const std::uint64_t tag = own.load(std::memory_order_relaxed) & ~address_mask;
    own.store(tag | reinterpret_cast<std::uint64_t>(&after), std::memory_order_release);
}

void hash_index::relocate(node_memory& memory) {
    const table* const all = table_.load(std::memory_order_relaxed);
    if (all != nullptr && memory.blocks.is_leaving(all, all->block_bytes())) resize(memory);
}

/// Frees the slot, and emptied ones before it, where a free one follows: nobody comes past those.
void hash_index::empty_slot(table& all, std::uint32_t at) noexcept {
    slot* const slots = all.slots();
    slots[at].store(emptied_slot, std::memory_order_release);
    if (slots[all.after(at)].load(std::memory_order_relaxed) != free_slot) return;
    while (slots[at].load(std::memory_order_relaxed) == emptied_slot) {
        slots[at].store(free_slot, std::memory_order_release);
        --used_;
        at = all.before(at);
    }
}

/// Makes a table that leaves room, without emptied slots.
void hash_index::resize(node_memory& memory) {
    table* const before = table_.load(std::memory_order_relaxed);
    table* const after = make_table(slots_for(records_ + 1), memory);
    for (std::size_t from = 0; before != nullptr && from < before->count; ++from) {
        const std::uint64_t value = before->slots()[from].load(std::memory_order_relaxed);
        if (value == free_slot || value == emptied_slot) continue;
        std::uint32_t at = after->home_of(record_of(value)->hash());
        while (after->slots()[at].load(std::memory_order_relaxed) != free_slot) {
            at = after->after(at);
        }
        after->slots()[at].store(value, std::memory_order_relaxed);
    }
    used_ = records_;
    table_.store(after, std::memory_order_release);
    slots_.store(after->count, std::memory_order_relaxed);
    if (before != nullptr) memory.retired.retire(before, before->block_bytes());
}

/// The record that find() will most likely look at.
const key_record* hash_index::likely(std::uint64_t hash) const noexcept {
    const table* const all = table_.load(std::memory_order_acquire);
    if (all == nullptr) return nullptr;
    const std::uint64_t tag = tag_of(hash);
    for (std::uint32_t at = all->home_of(hash);; at = all->after(at)) {
        const std::uint64_t value = all->slots()[at].load(std::memory_order_acquire);
        if (value == free_slot) return nullptr;
        if ((value & ~address_mask) == tag && value != emptied_slot) return record_of(value);
    }
}

void hash_index::prefetch_record(std::uint64_t hash) const noexcept {
    __builtin_prefetch(likely(hash));
}

void hash_index::prefetch_revision(std::uint64_t hash) const noexcept {
    const key_record* const found = likely(hash);
    if (found == nullptr) return;
    const revision* const newest = found->newest();
    __builtin_prefetch(newest);
}

}  // namespace memstore::store
