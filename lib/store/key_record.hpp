#pragma once

#include "store/revision.hpp"
#include "store/slab.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace memstore::store {

/** A key and the chain of its revisions, newest first. It stays in its place while the key exists,
    so index and tree point at the same one; the bytes of the key follow it in the same block.

    @par Threads  any may read; one owner at a time prepends
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
    /// What the block of such a one has: see block_bytes().
    static constexpr std::size_t bytes_for(std::size_t key_bytes) noexcept {
        return sizeof(key_record) + key_bytes;
    }

    key_record(const key_record&) = delete;
    key_record& operator=(const key_record&) = delete;

    std::string_view key() const noexcept {
        return {reinterpret_cast<const char*>(this + 1), key_bytes_};
    }
    std::uint32_t hash() const noexcept { return hash_; }

    const revision* newest() const noexcept { return newest_.load(std::memory_order_acquire); }

    /// The revision that counts at a commit version, or nullptr: the key was not there yet.
    const revision* at(std::uint64_t version) const noexcept;

    void prepend(const revision* next) noexcept { newest_.store(next, std::memory_order_release); }

    std::size_t block_bytes() const noexcept { return bytes_for(key_bytes_); }

private:
    key_record(const revision* first, std::uint32_t hash, std::uint32_t key_bytes) noexcept
        : newest_(first), hash_(hash), key_bytes_(key_bytes) {}

    std::atomic<const revision*> newest_;
    std::uint32_t hash_;
    std::uint32_t key_bytes_;
};

inline const revision* key_record::at(std::uint64_t version) const noexcept {
    const revision* found = newest();
    while (found != nullptr && found->birth() > version) found = found->older();
    return found;
}

}  // namespace memstore::store
