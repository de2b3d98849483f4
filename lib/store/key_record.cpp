#include "store/key_record.hpp"

#include <algorithm>
#include <new>

namespace memstore::store {

key_record* key_record::make(
    slab& memory,
    std::string_view key,
    std::uint64_t hash,
    const revision* first
) {
    void* const block = memory.allocate(bytes_for(key.size()));
    auto* const made = new (block)
        key_record{first, static_cast<std::uint32_t>(hash), static_cast<std::uint32_t>(key.size())};
    std::copy(key.begin(), key.end(), reinterpret_cast<char*>(made + 1));
    return made;
}

key_record* key_record::copy(slab& memory, const key_record& from) {
    key_record* const made = make(memory, from.key(), from.hash(), from.newest());
    made->note_use(from.last_use());
    return made;
}

}  // namespace memstore::store
