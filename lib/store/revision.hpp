#pragma once

#include "base/clock.hpp"
#include "store/slab.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace memstore::store {

/** What one commit left at a key: a value, or that the key is gone. Never changes; the revision
    that it replaced is behind it, or, once nobody reads that, an older one.

    Whoever reads at a commit version takes the first whose birth is not after that, and never looks
    behind it. How long that keeps a revision, see remains.

    A header of 16 bytes, since it is paid for each key: what is optional follows only where a bit
    says so, the deadline, then a length that does not fit the header, then the bytes.
*/
class revision {
public:
    /// @param birth  the commit version
    /// @throws std::bad_alloc
    static const revision* make(
        slab& memory,
        std::string_view value,
        base::moment deadline,
        std::uint64_t birth,
        const revision* older
    );

    /// The same, with the same one behind it, which need not be there any more.
    static const revision* copy(slab& memory, const revision& from);

    /// One that says that the key is gone.
    static const revision* make_tombstone(slab& memory, std::uint64_t birth, const revision* older);

    /// What the block of such a one has: see block_bytes().
    static constexpr std::size_t bytes_for(std::size_t value_bytes, bool expires) noexcept {
        const std::size_t words = (expires ? 1U : 0U) + (value_bytes >= long_size ? 1U : 0U);
        return sizeof(revision) + words * sizeof(std::uint64_t) + value_bytes;
    }

    std::uint64_t birth() const noexcept { return birth_; }
    const revision* older() const noexcept {
        const std::uint64_t packed = packed_.load(std::memory_order_acquire);
        return reinterpret_cast<const revision*>(packed & address_mask);
    }
    bool erased() const noexcept { return (packed() & erased_bit) != 0; }
    bool expires() const noexcept { return (packed() & expires_bit) != 0; }
    base::moment deadline() const noexcept;
    std::string_view value() const noexcept;

    /// Takes older(), which must be there, out of the chain. The owner's; all others may read.
    void skip_older() const noexcept;

    /// Of the whole block, for whoever frees it.
    std::size_t block_bytes() const noexcept;

private:
    static constexpr unsigned size_shift = 48;
    static constexpr std::uint64_t address_mask = (std::uint64_t{1} << size_shift) - 1;
    static constexpr std::uint64_t long_size = 0x1FFF;  // in 13 bits: the size is a word of its own
    static constexpr std::uint64_t erased_bit = std::uint64_t{1} << 61;
    static constexpr std::uint64_t expires_bit = std::uint64_t{1} << 62;

    revision(const revision* older, std::uint64_t birth, std::uint64_t bits) noexcept;
    revision(std::uint64_t packed, std::uint64_t birth) noexcept : packed_(packed), birth_(birth) {}

    std::uint64_t packed() const noexcept { return packed_.load(std::memory_order_relaxed); }
    const char* after_header(std::size_t words) const noexcept {
        return reinterpret_cast<const char*>(this + 1) + words * sizeof(std::uint64_t);
    }

    mutable std::atomic<std::uint64_t> packed_;  // the address of the older one, a size, bits
    std::uint64_t birth_;
};

inline std::string_view revision::value() const noexcept {
    const std::uint64_t bits = packed();
    const std::size_t deadline_words = (bits & expires_bit) != 0 ? 1 : 0;
    const std::uint64_t size = bits >> size_shift & long_size;
    if (size < long_size) return {after_header(deadline_words), size};
    const char* const stored_size = after_header(deadline_words);
    return {after_header(deadline_words + 1), *reinterpret_cast<const std::uint64_t*>(stored_size)};
}

inline base::moment revision::deadline() const noexcept {
    if (!expires()) return base::never;
    return *reinterpret_cast<const base::moment*>(after_header(0));
}

}  // namespace memstore::store
