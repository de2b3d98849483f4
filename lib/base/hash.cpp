#include "base/hash.hpp"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace memstore::base {

std::uint64_t key_hasher::operator()(std::string_view key) const noexcept {
    return XXH3_64bits_withSecret(key.data(), key.size(), secret_.data(), secret_.size());
}

std::uint64_t hash_of(std::string_view bytes) noexcept {
    return XXH3_64bits(bytes.data(), bytes.size());
}

}  // namespace memstore::base
