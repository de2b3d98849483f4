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

    Behind them is a home: room for one revision, so that whoever has found the key has its value
    near, too. A revision never changes; so the one that replaces it is made elsewhere, and may move
    in when nobody can read the one at home any more.

    @par Threads  any may read; one owner at a time prepends, and looks after the home
*/
class key_record {
public:
    static constexpr std::size_t home_bytes_max = 128;

    /// One without a revision, which is to be prepended before others see it.
    /// @param hash  of the key; its low half is kept for the index to grow by
    /// @param home_bytes  for the revisions that are expected; there is no home when that is too
    ///   much
    /// @throws std::bad_alloc
    static key_record* make(
        slab& memory,
        std::string_view key,
        std::uint64_t hash,
        std::size_t home_bytes
    );
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

    /// Where a revision of so many bytes can be put: from now on that is at home. nullptr: it does
    /// not fit, or what was there before may still be read.
    void* take_home(std::size_t bytes) noexcept;

    /// Nobody can read any more what was at home.
    void vacate_home() noexcept;

    /// Brings the cache line behind the record's first near, without a look at that: a short key's
    /// home ends there.
    void prefetch_home() const noexcept {
        constexpr std::size_t line_bytes = 64;
        __builtin_prefetch(reinterpret_cast<const char*>(this) + line_bytes);
    }

    bool is_at_home(const revision* one) const noexcept { return has_home() && one == home(); }

    std::size_t block_bytes() const noexcept {
        return bytes_for(key_bytes_, home_words_ * word_bytes);
    }

private:
    static constexpr std::size_t word_bytes = sizeof(std::uint64_t);
    static constexpr std::uint32_t key_bytes_mask = (1U << 24) - 1;  // what its field takes

    static constexpr std::size_t rounded_up(std::size_t bytes) noexcept {
        return (bytes + word_bytes - 1) / word_bytes * word_bytes;
    }
    static constexpr std::size_t bytes_for(std::size_t key_bytes, std::size_t home_bytes) noexcept {
        return sizeof(key_record) + (home_bytes == 0 ? key_bytes : rounded_up(key_bytes)) +
               home_bytes;
    }

    key_record(std::uint32_t hash, std::size_t key_bytes, std::size_t home_bytes) noexcept
        : hash_(hash),
          key_bytes_(static_cast<std::uint32_t>(key_bytes) & key_bytes_mask),
          home_words_(static_cast<std::uint8_t>(home_bytes / word_bytes)) {}

    bool has_home() const noexcept { return home_words_ != 0; }
    const revision* home() const noexcept {
        const char* const behind_key = key().data() + rounded_up(key_bytes_);
        return reinterpret_cast<const revision*>(behind_key);
    }

    std::atomic<const revision*> newest_ = nullptr;
    const std::uint32_t hash_;
    const std::uint32_t key_bytes_ : 24;
    const std::uint32_t home_words_ : 8;
};

inline const revision* key_record::at(std::uint64_t version) const noexcept {
    const revision* found = newest();
    while (found != nullptr && found->birth() > version) found = found->older();
    return found;
}

}  // namespace memstore::store
