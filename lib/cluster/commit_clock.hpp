#pragma once

#include <atomic>
#include <cstdint>

namespace memstore::cluster {

/** Hands out commit versions, in one order for the whole cluster, and remembers how far they have
    been revealed, and how far settled.

    A version is revealed when an answer may have named it. Every later answer names that or a
    higher one, so versions never go back for anyone. It is settled when no commit with that version
    or a lower one is on its way any more. The empty store is version 1.

    Where commits are shown only when they are durable, the revealed version is also the one that
    everybody reads at, see collect(): whoever writes the journal reveals, nobody else. A reader
    loads it pinned, and the grace period of what a commit has replaced begins once that is
    revealed; so both are sequentially consistent, see store::epoch_domain.

    @par Threads  any
*/
class commit_clock {
public:
    static constexpr std::uint64_t first = 1;

    /// What was recovered ends at `version`. Before all else.
    void start_from(std::uint64_t version) noexcept {
        taken_.store(version, std::memory_order_relaxed);
        revealed_.store(version, std::memory_order_relaxed);
        settled_.store(version, std::memory_order_relaxed);
    }

    /// The next commit version. Only while all node queues concerned are held.
    std::uint64_t next() noexcept { return taken_.fetch_add(1, std::memory_order_seq_cst) + 1; }

    /// The last version handed out: whoever reads it knows of every commit begun before that was
    /// taken.
    std::uint64_t taken() const noexcept { return taken_.load(std::memory_order_seq_cst); }

    /// The highest version revealed: whoever reads it knows of every commit begun before that was
    /// taken.
    std::uint64_t revealed() const noexcept { return revealed_.load(std::memory_order_seq_cst); }

    /// Before the answer that names `version` leaves.
    void reveal(std::uint64_t version) noexcept { raise(revealed_, version); }

    /// The highest version known to be settled: whoever reads it sees all commits up to it.
    std::uint64_t settled() const noexcept { return settled_.load(std::memory_order_acquire); }
    void settle(std::uint64_t version) noexcept { raise(settled_, version); }

private:
    static void raise(std::atomic<std::uint64_t>& to, std::uint64_t version) noexcept {
        std::uint64_t seen = to.load(std::memory_order_relaxed);
        while (seen < version && !to.compare_exchange_weak(
                                     seen,
                                     version,
                                     std::memory_order_seq_cst,
                                     std::memory_order_relaxed
                                 )) {
        }
    }

    alignas(64) std::atomic<std::uint64_t> taken_ = first;
    std::atomic<std::uint64_t> revealed_ = first;
    alignas(64) std::atomic<std::uint64_t> settled_ = first;
};

}  // namespace memstore::cluster
