#pragma once

#include "base/change_cause.hpp"
#include "base/clock.hpp"

#include <cstdint>
#include <span>
#include <string_view>

namespace memstore::persist {

/** What a transaction leaves at one key, so that to apply it needs nothing else. Its bytes are
    borrowed.

    A removal has neither value nor deadline nor version; only a removal has another cause than the
    client.
*/
struct effect {
    std::string_view key;
    std::string_view value = {};
    base::moment deadline = base::never;
    std::uint64_t version = 0;  ///< of the entry; 0: the commit version
    bool removed = false;
    base::change_cause cause = base::change_cause::client;

    friend bool operator==(const effect&, const effect&) = default;
};

/// A transaction as the journal has it. Its effects are borrowed.
struct transaction {
    std::uint64_t version;
    std::span<const effect> effects;
};

}  // namespace memstore::persist
