#include "store/revision.hpp"

#include <algorithm>
#include <cassert>
#include <new>

namespace memstore::store {

revision::revision(const revision* older, std::uint64_t birth, std::uint64_t bits) noexcept
    : packed_(reinterpret_cast<std::uint64_t>(older) | bits), birth_(birth) {
    assert((reinterpret_cast<std::uint64_t>(older) & ~address_mask) == 0);
    assert(older == nullptr || older->birth() < birth);
}

const revision* revision::make(
    slab& memory,
    std::string_view value,
    base::moment deadline,
    std::uint64_t birth,
    const revision* older
) {
    const bool expires = deadline != base::never;
    const bool is_long = value.size() >= long_size;
    const std::uint64_t bits =
        (is_long ? long_size : value.size()) << size_shift | (expires ? expires_bit : 0);

    void* const block = memory.allocate(bytes_for(value.size(), expires));
    auto* const made = new (block) revision{older, birth, bits};
    char* text = reinterpret_cast<char*>(made + 1);
    if (expires) {
        new (text) base::moment{deadline};
        text += sizeof(deadline);
    }
    if (is_long) {
        new (text) std::uint64_t{value.size()};
        text += sizeof(std::uint64_t);
    }
    std::copy(value.begin(), value.end(), text);
    return made;
}

const revision* revision::make_tombstone(slab& memory, std::uint64_t birth, const revision* older) {
    return new (memory.allocate(sizeof(revision))) revision{older, birth, erased_bit};
}

const revision* revision::copy(slab& memory, const revision& from) {
    const std::size_t bytes = from.block_bytes();
    auto* const made = new (memory.allocate(bytes)) revision{from.packed(), from.birth()};
    std::copy_n(from.after_header(0), bytes - sizeof(revision), reinterpret_cast<char*>(made + 1));
    return made;
}

void revision::skip_older() const noexcept {
    const auto behind = reinterpret_cast<std::uint64_t>(older()->older());
    packed_.store((packed() & ~address_mask) | behind, std::memory_order_release);
}

std::size_t revision::block_bytes() const noexcept {
    const std::string_view text = value();
    return static_cast<std::size_t>(text.data() - reinterpret_cast<const char*>(this)) +
           text.size();
}

}  // namespace memstore::store
