#pragma once

#include <cstdint>

namespace memstore::cluster {

/// What becomes of a write that there is no memory left for.
enum class memory_policy : std::uint8_t {
    reject,  ///< it is refused
    lru,     ///< keys that were not asked for lately go, by sampling
};

}  // namespace memstore::cluster
