#pragma once

#include <atomic>
#include <cstddef>

namespace memstore::cluster {

/** What the histories of all nodes may take together. Each node has a share; one that has more
    keeps it as long as the others leave it room.

    @par Threads  any
*/
class history_budget {
public:
    /// @param bytes_max  0: nothing is kept
    explicit history_budget(std::size_t bytes_max) noexcept
        : bytes_max_(bytes_max), share_(bytes_max) {}

    std::size_t bytes_max() const noexcept { return bytes_max_; }

    /// An equal share each.
    void share_among(std::size_t nodes) noexcept {
        share_.store((bytes_max_ + nodes - 1) / nodes, std::memory_order_relaxed);
    }
    std::size_t share() const noexcept { return share_.load(std::memory_order_relaxed); }

    bool has_room_for(std::size_t more) const noexcept {
        return bytes_.load(std::memory_order_relaxed) + more <= bytes_max_;
    }
    void take(std::size_t bytes) noexcept { bytes_.fetch_add(bytes, std::memory_order_relaxed); }
    void give_back(std::size_t bytes) noexcept {
        bytes_.fetch_sub(bytes, std::memory_order_relaxed);
    }

private:
    const std::size_t bytes_max_;
    std::atomic<std::size_t> share_;
    std::atomic<std::size_t> bytes_ = 0;
};

}  // namespace memstore::cluster
