#pragma once

#include "base/clock.hpp"
#include "store/slab.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace memstore::store {

/** What one commit left at a key: a value, or that the key is gone. Never changes; the revision
   that it replaced is behind it.

    Whoever reads at a commit version takes the first whose birth is not after that, and never looks
    behind it. So a revision may be freed as soon as nobody can read at a version before the commit
    that superseded it: a grace period after that was published. (A snapshot that lives longer than
   a pin adds an interval to this: a revision is then kept while such a snapshot is not before its
    birth and before that of its successor.)

    A header of 16 bytes, since it is paid for each key: what is optional follows only where a bit
    says so, the deadline, then a length that does not fit the header, then the bytes.
*/
class revision {
public:
    /// What one takes with such a value.
    static std::size_t bytes_for(std::string_view value, base::moment deadline) noexcept;

    /// @param block  of bytes_for() bytes
    /// @param birth  the commit version
    static const revision* make(
        void* block,
        std::string_view value,
        base::moment deadline,
        std::uint64_t birth,
        const revision* older
    );

    /// One that says that the key is gone.
    /// @throws std::bad_alloc
    static const revision* make_tombstone(slab& memory, std::uint64_t birth, const revision* older);

    /// One that nobody reads: it only says that its place is free.
    static void make_vacant(void* block) noexcept;

    /// Makes the same one in another block, of block_bytes() bytes.
    const revision* copy_to(void* block) const noexcept;

    std::uint64_t birth() const noexcept { return birth_; }
    bool vacant() const noexcept { return birth_ == no_commit; }
    const revision* older() const noexcept {
        return reinterpret_cast<const revision*>(packed_ & address_mask);
    }
    bool erased() const noexcept { return (packed_ & erased_bit) != 0; }
    bool expires() const noexcept { return (packed_ & expires_bit) != 0; }
    base::moment deadline() const noexcept;
    std::string_view value() const noexcept;

    /// Of the whole block, for whoever frees it.
    std::size_t block_bytes() const noexcept;

private:
    static constexpr std::uint64_t no_commit = 0;
    static constexpr unsigned size_shift = 48;
    static constexpr std::uint64_t address_mask = (std::uint64_t{1} << size_shift) - 1;
    static constexpr std::uint64_t long_size = 0x1FFF;  // in 13 bits: the size is a word of its own
    static constexpr std::uint64_t erased_bit = std::uint64_t{1} << 61;
    static constexpr std::uint64_t expires_bit = std::uint64_t{1} << 62;

    revision(const revision* older, std::uint64_t birth, std::uint64_t bits) noexcept;

    std::uint64_t short_size() const noexcept { return packed_ >> size_shift & long_size; }
    const char* after_header(std::size_t words) const noexcept {
        return reinterpret_cast<const char*>(this + 1) + words * sizeof(std::uint64_t);
    }

    std::uint64_t packed_;  // the address of the older one, a size, bits
    std::uint64_t birth_;
};

inline std::string_view revision::value() const noexcept {
    const std::size_t deadline_words = expires() ? 1 : 0;
    const std::uint64_t size = short_size();
    if (size < long_size) return {after_header(deadline_words), size};
    const char* const stored_size = after_header(deadline_words);
    return {after_header(deadline_words + 1), *reinterpret_cast<const std::uint64_t*>(stored_size)};
}

inline base::moment revision::deadline() const noexcept {
    if (!expires()) return base::never;
    return *reinterpret_cast<const base::moment*>(after_header(0));
}

}  // namespace memstore::store
