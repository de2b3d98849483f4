#pragma once

#include "cluster/index_set.hpp"
#include "cluster/state.hpp"
#include "store/write_set.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace memstore::cluster {

/** Commits write sets: takes a version, appends to the journal, applies, records, publishes. Keeps
    working memory between commits.

    @par Threads  one at a time, while it owns the nodes of all partitions concerned
*/
class committer {
public:
    /// @param partitions  what the slots of `changes` stand for
    /// @param nodes  those that own the partitions; the history of the first records the commit
    /// @return the commit version; the changes are visible to all, and it is revealed. Where
    /// commits
    ///   are shown only when they are durable, to those who own the nodes; to all, and revealed,
    ///   they are when the journal has written them.
    std::uint64_t commit(
        state& cluster,
        std::span<const partition_index> partitions,
        const store::write_set& changes,
        std::span<node* const> nodes
    );

private:
    void find_changed(
        state& cluster,
        std::span<const partition_index> partitions,
        const store::write_set& changes
    );

    persist::journal::receipt append(state& cluster, const store::write_set& changes);

    index_set slots_;
    std::vector<persist::effect> effects_;
    std::vector<store::partition*> changed_;
};

/** Makes the working states of partitions what readers see, all at one instant.

    One partition takes one store. Several point at a commit record, one store commits that, and
    then each gets its own version back. A reader that comes in between takes the old or the new of
   all of them and never waits.
*/
void publish(std::span<store::partition* const> changed, store::node_memory& memory);

}  // namespace memstore::cluster
