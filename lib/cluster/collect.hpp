#pragma once

#include "cluster/state.hpp"
#include "store/snapshot.hpp"

#include <span>

namespace memstore::cluster {

/** Takes a snapshot of partitions without entering a queue.

    Reads the published versions twice: what was the same both times was so at the instant between
   (a double collect: Afek and others, Atomic snapshots of shared memory, 1993). The snapshot is
   named by the highest version that has been revealed, or that it holds. Where a commit with a
   version no higher is still on its way to these partitions, the name would be wrong, so that
   counts as a change.

    Where commits are shown only once they are durable, it is the last durable version of all
    partitions: one load, and what runs ahead of it is skipped in each key's revisions.

    @return false when writers came in between time and again: go through the queues then
    @par Threads  any, with the epoch domain pinned
    @par Complexity  two loads a partition, unless writers interfere
*/
bool collect(
    const state& cluster,
    std::span<const partition_index> partitions,
    store::snapshot& into
);

/** Takes a snapshot of the working state of partitions whose nodes the caller owns. */
void collect_owned(
    const state& cluster,
    std::span<const partition_index> partitions,
    store::snapshot& into
);

}  // namespace memstore::cluster
