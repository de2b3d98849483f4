#include "store/key_record.hpp"

#include "base/limits.hpp"

#include <algorithm>
#include <new>

namespace memstore::store {

static_assert(base::key_bytes_max <= (1U << 24) - 1, "key_bytes_ is too narrow");

key_record* key_record::make(
    slab& memory,
    std::string_view key,
    std::uint64_t hash,
    std::size_t home_bytes
) {
    const std::size_t home = home_bytes <= home_bytes_max ? rounded_up(home_bytes) : 0;
    void* const block = memory.allocate(bytes_for(key.size(), home));
    auto* const made = new (block) key_record{static_cast<std::uint32_t>(hash), key.size(), home};
    std::copy(key.begin(), key.end(), reinterpret_cast<char*>(made + 1));
    if (made->has_home()) made->vacate_home();
    return made;
}

void* key_record::take_home(std::size_t bytes) noexcept {
    if (bytes > home_words_ * word_bytes || !home()->vacant()) return nullptr;
    return const_cast<revision*>(home());
}

void key_record::vacate_home() noexcept { revision::make_vacant(const_cast<revision*>(home())); }

}  // namespace memstore::store
