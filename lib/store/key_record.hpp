#pragma once

#include "base/limits.hpp"
#include "store/revision.hpp"
#include "store/slab.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace memstore::store {

/** When a key was last asked for, where that is noted: a clock of few bits, in the steps that its
    owner chooses, that comes round. It must fit beside the length of a key.
*/
class use_time {
public:
    static constexpr unsigned bits = 15;
    static constexpr std::uint32_t steps = std::uint32_t{1} << bits;

    constexpr explicit use_time(std::uint64_t step = 0) noexcept
        : step_(static_cast<std::uint32_t>(step % steps)) {}

    std::uint32_t step() const noexcept { return step_; }

    /// Steps from there to `now`. Where it came round meanwhile, that is not known to it.
    std::uint32_t age(use_time now) const noexcept { return (now.step_ - step_) % steps; }

    bool operator==(const use_time&) const noexcept = default;

private:
    std::uint32_t step_;
};

/** A key and the chain of its revisions, newest first. It stays in its place while the key exists,
    so index and tree point at the same one; the bytes of the key follow it in the same block.

    @par Threads  any may read, and note its use; one owner at a time prepends
*/
class key_record {
public:
    /// @param hash  of the key; its low half is kept for the index to grow by
    /// @throws std::bad_alloc
    static key_record* make(
        slab& memory,
        std::string_view key,
        std::uint64_t hash,
        const revision* first
    );
    /// The same key with the same revisions.
    static key_record* copy(slab& memory, const key_record& from);

    /// What the block of such a one has: see block_bytes().
    static constexpr std::size_t bytes_for(std::size_t key_bytes) noexcept {
        return sizeof(key_record) + key_bytes;
    }

    key_record(const key_record&) = delete;
    key_record& operator=(const key_record&) = delete;

    std::string_view key() const noexcept {
        return {reinterpret_cast<const char*>(this + 1), key_bytes()};
    }
    std::uint32_t hash() const noexcept { return hash_; }

    const revision* newest() const noexcept { return newest_.load(std::memory_order_acquire); }

    /// The revision that counts at a commit version, or nullptr: the key was not there yet.
    const revision* at(std::uint64_t version) const noexcept;

    void prepend(const revision* next) noexcept { newest_.store(next, std::memory_order_release); }

    /// As of the last note_use(); step 0 before any.
    use_time last_use() const noexcept {
        return use_time{bytes_and_use_.load(std::memory_order_relaxed) >> key_bits};
    }
    /// Writes only what is new, so that a key that all ask for stays in all caches.
    void note_use(use_time now) const noexcept {
        const std::uint32_t next = now.step() << key_bits | key_bytes();
        if (bytes_and_use_.load(std::memory_order_relaxed) == next) return;
        bytes_and_use_.store(next, std::memory_order_relaxed);
    }

    std::size_t block_bytes() const noexcept { return bytes_for(key_bytes()); }

private:
    static constexpr unsigned key_bits = 32 - use_time::bits;
    static_assert(base::key_bytes_max < std::size_t{1} << key_bits);

    key_record(const revision* first, std::uint32_t hash, std::uint32_t key_bytes) noexcept
        : newest_(first), hash_(hash), bytes_and_use_(key_bytes) {}

    std::uint32_t key_bytes() const noexcept {
        return bytes_and_use_.load(std::memory_order_relaxed) % (std::uint32_t{1} << key_bits);
    }

    std::atomic<const revision*> newest_;
    std::uint32_t hash_;
    mutable std::atomic<std::uint32_t> bytes_and_use_;
};

inline const revision* key_record::at(std::uint64_t version) const noexcept {
    const revision* found = newest();
    while (found != nullptr && found->birth() > version) found = found->older();
    return found;
}

}  // namespace memstore::store
