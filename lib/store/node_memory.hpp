#pragma once

#include "store/held_versions.hpp"
#include "store/limbo.hpp"
#include "store/slab.hpp"

#include <atomic>
#include <cstddef>

namespace memstore::store {

/** Where the blocks of a node's partitions come from, and where they go.

    @par Threads  one owner at a time
*/
class node_memory {
public:
    explicit node_memory(epoch_domain& domain) noexcept
        : held(domain.held()), retired(domain, blocks) {}

    /// Before others ask for bytes(): after each change.
    /// @param others  bytes of blocks that are not the partitions'
    void note_bytes(std::size_t others) noexcept {
        const std::size_t all = blocks.bytes_in_use() + beside_blocks;
        bytes_.store(all - retired.bytes() - others, std::memory_order_relaxed);
        const std::size_t unused = blocks.bytes_held() - blocks.bytes_in_use();
        bytes_unused_.store(unused, std::memory_order_relaxed);
        bytes_held_.store(all + unused - others, std::memory_order_relaxed);
    }

    /// What the partitions take up, without what only waits to be freed, as of note_bytes(). Of
    /// nodes that partitions have moved between the sum is right. Any thread.
    std::size_t bytes() const noexcept { return bytes_.load(std::memory_order_relaxed); }

    /// The same with that, and with what is free between blocks.
    std::size_t bytes_held() const noexcept { return bytes_held_.load(std::memory_order_relaxed); }

    /// What is free between blocks. Summed up like bytes().
    std::size_t bytes_unused() const noexcept {
        return bytes_unused_.load(std::memory_order_relaxed);
    }

    const held_versions& held;
    /// Whether readers may begin at a version before what is published: commits are shown only when
    /// they are durable, then. Set before any is made.
    bool shows_late = false;
    slab blocks;
    limbo retired;
    std::size_t beside_blocks = 0;  ///< what the partitions take up outside of blocks

private:
    std::atomic<std::size_t> bytes_ = 0;
    std::atomic<std::size_t> bytes_held_ = 0;
    std::atomic<std::size_t> bytes_unused_ = 0;
};

}  // namespace memstore::store
