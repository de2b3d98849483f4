#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/strand.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace memstore::cluster {

/// A place in a node queue. One at a time.
class turn {
public:
    turn() = default;
    turn(const turn&) = delete;
    turn& operator=(const turn&) = delete;

protected:
    ~turn() = default;

private:
    friend class node_queue;
    turn* next_ = nullptr;
    std::int64_t since_ = 0;  // in line, in nanoseconds; 0: nobody asks
};

/** The single file of those who want to change a node: one owner at a time, first come, first
    served.

    A strand that runs in place. Whoever finds the node idle owns it at once and works on its own
    thread; others line up, and the owner passes the node on. What an owner does not want to run in
    place itself, it posts through the strand. As long as each session has one transaction at a
    time, it is as bounded as they are.

    The line is a stack that arrivals push onto with one compare-and-swap and that the owner
    reverses.

    @par Threads  acquire() from any, release() from the owner
*/
class node_queue {
public:
    using strand_type = boost::asio::strand<boost::asio::any_io_executor>;

    explicit node_queue(const boost::asio::any_io_executor& executor) : strand_(executor) {}
    node_queue(const node_queue&) = delete;
    node_queue& operator=(const node_queue&) = delete;

    /// @return true: the caller owns the node. false: `waiting` is in line, and may have been
    ///         passed the node,
    ///         used and destroyed by another thread already.
    bool acquire(turn& waiting) noexcept;

    /// @return the turn that owns the node now, or nullptr: it is idle
    [[nodiscard]] turn* release() noexcept;

    /// What it was to wait here. Figures of a moment; any thread.
    struct line_figures {
        std::size_t depth;      ///< in line now
        std::uint64_t waits;    ///< that ever were
        double wait_us_mean;    ///< of some of them
        double waited_seconds;  ///< by all that left, to go by those
    };
    line_figures figures() const noexcept;

    const strand_type& strand() const noexcept { return strand_; }

private:
    static turn* reversed(turn* newest) noexcept;
    turn* owned() noexcept { return &owned_; }
    void note_arrival(turn& waiting) noexcept;
    void note_departure(const turn& next) noexcept;

    class marker final : public turn {};

    marker owned_;                                   // its address: owned, and nobody in line
    alignas(64) std::atomic<turn*> line_ = nullptr;  // nullptr: idle; else the newest in line
    turn* first_ = nullptr;  // the owner's: the oldest in line, already reversed
    strand_type strand_;

    std::atomic<std::uint64_t> arrivals_ = 0;    // in line
    std::atomic<std::uint64_t> departures_ = 0;  // the owner's, like what follows
    std::atomic<std::uint64_t> timed_ = 0;
    std::atomic<std::int64_t> waited_ns_ = 0;  // by those that were timed
};

}  // namespace memstore::cluster
