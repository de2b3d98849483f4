#pragma once

#include "base/error.hpp"
#include "cluster/state.hpp"
#include "store/revision.hpp"
#include "store/snapshot.hpp"
#include "store/write_set.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace memstore::cluster {

/** Whether changes must not be committed, since the store would pass its memory limit: only those
    that make it larger, so that one who deletes, or writes no more than was there, goes on.

    Transactions on other nodes may come in between: the limit is passed by no more than they add.
    Where keys are evicted, what only waits to be freed does not count, since evicting more would
    not help.

    @param before  what the changes are made to
    @return why, or nothing: there is room
    @par Complexity  linear in the nodes and the changes; looks a key up only where the limit is
   near
*/
std::optional<refusal> refuse_growth(
    const state& cluster,
    const store::snapshot& before,
    const store::write_set& changes
);

/// Whether there would be room for changes, were all keys gone that they do not write.
bool could_fit(const state& cluster, const store::write_set& changes) noexcept;

/// About how much larger changes make a store.
std::int64_t growth(const store::snapshot& before, const store::write_set& changes) noexcept;

/// About what a key and its value take up, with their share of what finds them.
std::size_t bytes_taken_by(std::string_view key, const store::revision& value) noexcept;

}  // namespace memstore::cluster
