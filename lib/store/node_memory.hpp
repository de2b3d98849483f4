#pragma once

#include "store/leftovers.hpp"
#include "store/limbo.hpp"
#include "store/slab.hpp"

#include <cstddef>

namespace memstore::store {

/** Where the blocks of a node's partitions come from, and where they go.

    @par Threads  one owner at a time
*/
struct node_memory {
    explicit node_memory(epoch_domain& domain) noexcept : retired(domain, blocks) {}

    /// Behind a commit: what it replaced is unlinked, what it left to do waits from now on.
    /// @pre  as limbo::seal()
    void seal();

    /// Frees and seals all it can, as limbo::collect() does.
    void collect();

    /// Does what is left to do where the grace period has passed since the write was published, at
    /// most so many times. @return how many
    std::size_t clean_up(std::size_t most);

    slab blocks;
    limbo retired;
    leftovers to_do;
};

}  // namespace memstore::store
