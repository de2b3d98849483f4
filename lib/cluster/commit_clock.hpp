#pragma once

#include <atomic>
#include <cstdint>

namespace memstore::cluster {

/** Hands out commit versions, in one order for the whole cluster, and remembers how far they have
    been revealed.

    A version is revealed when an answer may have named it. Every later answer names that or a
    higher one, so versions never go back for anyone. The empty store is version 1.

    Where commits are shown only when they are durable, the revealed version is also the one that
    everybody reads at, see collect(): whoever writes the journal reveals, nobody else. A reader
    loads it pinned, and what a later commit has replaced is sealed only once that is revealed; so
    both are sequentially consistent, see store::epoch_domain.

    @par Threads  any
*/
class commit_clock {
public:
    static constexpr std::uint64_t first = 1;

    /// What was recovered ends at `version`. Before all else.
    void start_from(std::uint64_t version) noexcept {
        taken_.store(version, std::memory_order_relaxed);
        revealed_.store(version, std::memory_order_relaxed);
    }

    /// The next commit version. Only while all node queues concerned are held.
    std::uint64_t next() noexcept { return taken_.fetch_add(1, std::memory_order_acq_rel) + 1; }

    /// The highest version revealed: whoever reads it knows of every commit begun before that was
    /// taken.
    std::uint64_t revealed() const noexcept { return revealed_.load(std::memory_order_seq_cst); }

    /// Before the answer that names `version` leaves.
    void reveal(std::uint64_t version) noexcept {
        std::uint64_t seen = revealed_.load(std::memory_order_relaxed);
        while (seen < version && !revealed_.compare_exchange_weak(
                                     seen,
                                     version,
                                     std::memory_order_seq_cst,
                                     std::memory_order_relaxed
                                 )) {
        }
    }

private:
    alignas(64) std::atomic<std::uint64_t> taken_ = first;
    std::atomic<std::uint64_t> revealed_ = first;
};

}  // namespace memstore::cluster
