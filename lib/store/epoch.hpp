#pragma once

#include "store/held_versions.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace memstore::store {

/** Tells when nobody can still be reading what was unlinked: epoch-based reclamation (Fraser,
    Practical lock-freedom, 2004).

    A reader pins the domain before it loads a published pointer and unpins when it is done with all
    that it reached. A writer unlinks an object, asks for now(), and may free it once that is before
    oldest_pinned().

    @par Threads  any, up to threads_max alive at a time in the process
*/
class epoch_domain {
public:
    static constexpr std::size_t threads_max = 256;

    /** Keeps all that this thread can reach from being freed. Nests; must not outlive a suspension
        of the coroutine that holds it, since another thread might resume it.

        @throws std::length_error  when more than threads_max threads are alive
        @par Complexity  one store with a full fence for the outermost, one increment for the
          others
    */
    class pin {
    public:
        explicit pin(epoch_domain& domain);
        ~pin();
        pin(const pin&) = delete;
        pin& operator=(const pin&) = delete;

    private:
        epoch_domain& domain_;
        std::size_t thread_;
    };

    /// What counts at one of these versions is read by others than those who pin: it is not
    /// unlinked.
    held_versions& held() noexcept { return held_; }

    /// The epoch that an object belongs to which a sequentially consistent store has unlinked
    /// before this call.
    std::uint64_t now() const noexcept { return epoch_.load(std::memory_order_seq_cst); }

    /// The same for what was unlinked by weaker stores: it waits until they are seen by all, which
    /// a load may not.
    std::uint64_t now_behind_stores() noexcept {
        return epoch_.fetch_add(0, std::memory_order_seq_cst);
    }

    /// Begins a new epoch. @return the oldest one that a reader may still be in. Complexity: a load
    /// for each thread that has ever read at a time.
    std::uint64_t oldest_pinned() noexcept;

private:
    static constexpr std::uint64_t not_pinned = 0;

    struct alignas(64) reader {
        std::atomic<std::uint64_t> since = not_pinned;
        unsigned depth = 0;  // its own thread's
    };

    std::atomic<std::uint64_t> epoch_ = 1;
    std::array<reader, threads_max> readers_;
    held_versions held_;
};

}  // namespace memstore::store
