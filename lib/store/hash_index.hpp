#pragma once

#include "base/hash.hpp"
#include "store/key_record.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace memstore::store {

class node_memory;

/** Finds the records of a partition by key: a hash table with open addressing and linear probing.

    A slot is one word, the address of a record under 16 bits of its hash, so that a stranger in the
    way costs no look at its record. Readers need no more than the slots: a record is complete
   before its slot names it, a slot that was emptied says so until nobody can come past it on the
   way to a key behind it, and a table that was outgrown is retired.

    A reader finds every record that was there when what it reads was published.

    @par Threads  find() and prefetching from any, pinned, prefetch_slot() also where not; the rest
      is the owner's
*/
class hash_index {
public:
    hash_index() = default;
    hash_index(const hash_index&) = delete;
    hash_index& operator=(const hash_index&) = delete;

    /// Gives the table back; no reader may be left.
    void clear(node_memory& memory) noexcept;

    /// The record of `key`, or nullptr. Complexity: constant on average.
    key_record* find(std::uint64_t hash, std::string_view key) const noexcept;

    /// The first steps of find(), for a caller that lets its cache misses overlap, with one another
    /// or with other work: bring the slot near, for which no pin is needed; then the likely record;
    /// then its newest revision.
    void prefetch_slot(std::uint64_t hash) const noexcept;
    void prefetch_record(std::uint64_t hash) const noexcept;
    void prefetch_revision(std::uint64_t hash) const noexcept;

    /** A record at a random place, be its key erased or not; nullptr where there is none.

        A record behind free slots comes up more often than others.

        @param random  64 random bits
        @par Complexity  constant on average
    */
    const key_record* sample(std::uint64_t random) const noexcept;

    /// Complexity: constant on average, amortised over growth.
    void insert(key_record& added, std::uint64_t hash, node_memory& memory);

    /// `gone` must be there. Complexity: as insert()
    void erase(const key_record& gone, node_memory& memory);

    /// Puts another record of the same key in the place of one that is there. Complexity: constant
    /// on average.
    void replace(const key_record& before, key_record& after) noexcept;

    /// Moves its table out of a chunk that is to be cleared. Complexity: linear, where it is in
    /// one.
    void relocate(node_memory& memory);

    std::size_t size() const noexcept { return records_; }

    /// Of its table. From any thread, pinned.
    std::size_t bytes() const noexcept;

private:
    using slot = std::atomic<std::uint64_t>;
    struct table;

    static constexpr unsigned tag_shift = 48;
    static constexpr std::uint64_t address_mask = (std::uint64_t{1} << tag_shift) - 1;
    static constexpr std::uint64_t free_slot = 0;
    static constexpr std::uint64_t emptied_slot = 1;

    static std::uint64_t tag_of(std::uint64_t hash) noexcept { return hash << 16 & ~address_mask; }
    static key_record* record_of(std::uint64_t slot_value) noexcept {
        return reinterpret_cast<key_record*>(slot_value & address_mask);
    }

    static std::uint32_t home_of(std::uint64_t hash, std::uint32_t slots) noexcept {
        return base::scale(hash << 32, slots);
    }

    static table* make_table(std::size_t slots, node_memory& memory);
    static std::uint32_t position_of(const key_record& one, const table& all) noexcept;
    void empty_slot(table& all, std::uint32_t at) noexcept;
    void resize(node_memory& memory);
    const key_record* likely(std::uint64_t hash) const noexcept;

    std::atomic<table*> table_ = nullptr;
    std::atomic<std::uint32_t> slots_ = 0;  // of the table, or of another that it has had
    std::size_t records_ = 0;
    std::size_t used_ = 0;  // slots that are not free: records and emptied ones
};

/// Any number of slots, so that it need not double; they follow.
struct hash_index::table {
    alignas(slot) std::uint32_t count;

    slot* slots() noexcept { return reinterpret_cast<slot*>(this + 1); }
    const slot* slots() const noexcept { return reinterpret_cast<const slot*>(this + 1); }
    std::size_t block_bytes() const noexcept { return sizeof(table) + count * sizeof(slot); }

    /// Where the search for a hash begins. Its high half has chosen the partition.
    std::uint32_t home_of(std::uint64_t hash) const noexcept {
        return hash_index::home_of(hash, count);
    }
    std::uint32_t after(std::uint32_t at) const noexcept { return at + 1 == count ? 0 : at + 1; }
    std::uint32_t before(std::uint32_t at) const noexcept { return (at == 0 ? count : at) - 1; }
};

/// Reads nothing of the table, which may be gone by now: then it brings near what is of no use.
inline void hash_index::prefetch_slot(std::uint64_t hash) const noexcept {
    const table* const all = table_.load(std::memory_order_relaxed);
    if (all == nullptr) return;
    __builtin_prefetch(all);
    __builtin_prefetch(all->slots() + home_of(hash, slots_.load(std::memory_order_relaxed)));
}

inline std::size_t hash_index::bytes() const noexcept {
    const table* const all = table_.load(std::memory_order_acquire);
    return all == nullptr ? 0 : all->block_bytes();
}

inline key_record* hash_index::find(std::uint64_t hash, std::string_view key) const noexcept {
    const table* const all = table_.load(std::memory_order_acquire);
    if (all == nullptr) return nullptr;
    const std::uint64_t tag = tag_of(hash);
    for (std::uint32_t at = all->home_of(hash);; at = all->after(at)) {
        const std::uint64_t value = all->slots()[at].load(std::memory_order_acquire);
        if (value == free_slot) return nullptr;
        if ((value & ~address_mask) != tag || value == emptied_slot) continue;
        key_record* const found = record_of(value);
        if (found->key() == key) return found;
    }
}

}  // namespace memstore::store
