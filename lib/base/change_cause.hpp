#pragma once

#include <cstdint>

namespace memstore::base {

/// Why a key changed.
enum class change_cause : std::uint8_t {
    client,   ///< a transaction of a client's asked for it
    expired,  ///< its deadline had come
    evicted,  ///< its memory was needed
};

}  // namespace memstore::base
