#pragma once

#include "cluster/layout.hpp"
#include "cluster/passage.hpp"
#include "cluster/state.hpp"

#include <array>
#include <chrono>
#include <condition_variable>
#include <mutex>

namespace memstore::cluster {

/** Makes a node the owner of a partition that another owns: a transaction over both, in which
    nothing is copied but the names of the owners. Those that wait for either node go on behind it;
    who had planned with the old owner finds out and plans anew. Readers do not notice.

    @par Threads  one, which is none of the executors' of the nodes
*/
class handover final : private passage {
public:
    explicit handover(state& cluster) noexcept : cluster_(cluster) {}

    /// Waits until it is done.
    /// @return for how long others may have waited for it: since the first node was held
    std::chrono::nanoseconds perform(const partition_move& next);

private:
    using clock = std::chrono::steady_clock;

    bool run() noexcept override;
    bool conclude(bool in_place) noexcept override;
    void hold_first() noexcept override { began_ = clock::now(); }

    state& cluster_;
    partition_move move_{};
    std::array<node*, 2> nodes_{};
    clock::time_point began_;
    std::mutex mutex_;
    std::condition_variable concluded_;
    bool done_ = false;
    clock::time_point ended_;
};

}  // namespace memstore::cluster
