#pragma once

#include "store/limbo.hpp"
#include "store/slab.hpp"

namespace memstore::store {

/** Where the blocks of a node's partitions come from, and where they go.

    @par Threads  one owner at a time
*/
struct node_memory {
    explicit node_memory(epoch_domain& domain) noexcept
        : held(domain.held()), retired(domain, blocks) {}

    const held_versions& held;
    /// Whether readers may begin at a version before what is published: commits are shown only when
    /// they are durable, then. Set before any is made.
    bool shows_late = false;
    slab blocks;
    limbo retired;
};

}  // namespace memstore::store
