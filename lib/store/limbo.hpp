#pragma once

#include "store/epoch.hpp"
#include "store/slab.hpp"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace memstore::store {

/** Blocks that were unlinked and wait until they may be freed.

    It looks whether it may free some after every batch of retirements, counted in blocks or in
    bytes, whether or not the last look freed any: so its cost stays constant a block also while a
    reader stays long.

    @par Threads  one owner at a time; empty() from any
*/
class limbo {
public:
    /// @param memory  takes what is freed
    limbo(epoch_domain& domain, slab& memory) noexcept : domain_(domain), memory_(memory) {}
    limbo(const limbo&) = delete;
    limbo& operator=(const limbo&) = delete;

    ~limbo() { free_all(); }

    /// Frees everything: no reader may be left.
    void free_all() noexcept;

    /// Takes a block, without a destructor to run, that is about to be unlinked; seal() says that
    /// it has been.
    void retire(const void* block, std::size_t bytes);

    /// A block of so many bytes waits elsewhere for reachable_since() to go on: that is looked at
    /// as often as if it had been retired.
    void expect(std::size_t bytes) noexcept {
        bytes_since_ += bytes;
        ++blocks_since_;
    }

    /// All that was retired is unlinked now, for whoever reads what is published; frees what no
    /// reader can reach any more, once there is enough of it.
    /// @pre  something was published since, by a sequentially consistent store
    void seal();

    /// Seals, whatever came before, and frees what no reader can reach any more, however little:
    /// for a node that has nothing else to do.
    void collect();

    /// What was unlinked in an epoch before this one can be reached no more, as far as the last
    /// look told.
    std::uint64_t reachable_since() const noexcept { return reachable_since_; }

    std::uint64_t now() const noexcept { return domain_.now(); }
    std::size_t size() const noexcept { return waiting_.size() - first_; }
    /// What they take up.
    std::size_t bytes() const noexcept { return bytes_; }

    /// A hint where the owner is another thread.
    bool empty() const noexcept { return empty_.load(std::memory_order_relaxed); }

private:
    static constexpr std::size_t batch_blocks = 128;  // a slab takes so many without sorting them
    static constexpr std::size_t batch_bytes = std::size_t{1} << 20;

    struct retired {
        void* block;
        std::size_t bytes;
        std::uint64_t epoch;
    };

    void seal_in(std::uint64_t epoch) noexcept;
    void free_unreachable();

    epoch_domain& domain_;
    slab& memory_;
    std::vector<retired> waiting_;  // from first_ on, in the order of their epochs
    std::size_t first_ = 0;
    std::size_t sealed_ = 0;
    std::size_t bytes_ = 0;
    std::size_t blocks_since_ = 0;  // retired since the last look
    std::size_t bytes_since_ = 0;
    std::uint64_t reachable_since_ = 0;
    std::atomic<bool> empty_ = true;
};

}  // namespace memstore::store
