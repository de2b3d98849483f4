#pragma once

#include "base/clock.hpp"
#include "store/snapshot.hpp"
#include "store/write_set.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace memstore::store {

/** The keys as the commands of one transaction see them: a snapshot under their own writes.

    Time stands still in it: it is read once, when a deadline is first met or asked for, and a key
    whose deadline has come does not exist.

    @par Threads  one at a time
*/
class keyspace {
public:
    struct entry {
        std::string_view value;
        base::moment deadline;
        std::uint64_t version;  ///< of the commit that wrote it; not_committed: this transaction
    };
    static constexpr std::uint64_t not_committed = ~std::uint64_t{0};

    keyspace(const snapshot& before, write_set& changes, const base::clock& time) noexcept
        : before_(before), changes_(changes), time_(time) {}

    /// Brings what find() will look at near, for a few keys at a time: their cache misses overlap.
    void prefetch(std::span<const located_key> keys) const noexcept;

    std::optional<entry> find(const located_key& key);
    void put(const located_key& key, std::string_view value, base::moment deadline);
    void erase(const located_key& key);
    base::moment now();

    /// Whether something was not found because its deadline has come.
    bool met_expired() const noexcept { return met_expired_; }

private:
    const snapshot& before_;
    write_set& changes_;
    const base::clock& time_;
    std::optional<base::moment> now_;
    bool met_expired_ = false;
};

}  // namespace memstore::store
