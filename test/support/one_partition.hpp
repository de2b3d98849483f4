#pragma once

#include "base/clock.hpp"
#include "base/hash.hpp"
#include "store/epoch.hpp"
#include "store/keyspace.hpp"
#include "store/node_memory.hpp"
#include "support/fake_clock.hpp"

#include <cstdint>
#include <string_view>

namespace memstore::test {

/// One empty partition, a snapshot of it, and what a transaction would write over that.
struct one_partition {
    fake_clock clock;
    base::key_hasher hash_of{{}};
    store::epoch_domain epochs;
    store::node_memory memory{epochs};
    store::partition stored{memory};
    store::snapshot before;
    store::write_set changes;

    one_partition() { before.add({stored, stored.published()}); }

    store::located_key located(std::string_view key) const { return {key, hash_of(key), 0}; }
    store::keyspace keys() { return {before, changes, clock, hash_of}; }

    /// Commits a value under this version, so that the snapshot holds it.
    void store_value(
        std::string_view key,
        std::string_view value,
        std::uint64_t version,
        base::moment deadline = base::never
    ) {
        stored.begin_commit();
        stored.set_commit_version(version);
        stored.apply({.key = located(key), .value = value, .deadline = deadline}, version);
        stored.publish();
        before.clear();
        before.add({stored, stored.published()});
    }
};

}  // namespace memstore::test
