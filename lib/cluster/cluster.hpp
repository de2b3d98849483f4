#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/hash.hpp"
#include "cluster/expiry.hpp"
#include "cluster/figures.hpp"
#include "cluster/layout.hpp"
#include "cluster/state.hpp"
#include "cluster/watch_hub.hpp"
#include "cluster/watch_timer.hpp"
#include "persist/journal.hpp"
#include "persist/recovery.hpp"
#include "service/snapshot_service.hpp"
#include "service/transaction_service.hpp"
#include "service/watch_service.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace memstore::cluster {

/// How partitions moved.
struct layout_change {
    std::size_t nodes_before = 0;
    std::size_t nodes = 0;
    std::vector<partition_move> moves;
    balance before;  ///< by what it was decided, see cluster::rebalance()
    balance after;
    std::chrono::nanoseconds longest_pause{};  ///< that transactions may have waited for a move
};

/** The nodes and the keys in them: executes transactions, atomically and strictly serializably,
    over any keys, shows all of them as of one commit, and shows what is committed to those who
    watch.

    @par Threads  any; it must outlive its channels, snapshots and watches, and its executors must
      have run dry before it is destroyed
*/
class cluster final : public service::transaction_service,
                      public service::snapshot_service,
                      public service::watch_service {
public:
    /// @param secret  of the key hash: random bytes, except in tests
    /// @param executors  run the node queues, in turn; at least one
    cluster(
        const settings& size,
        const base::key_hasher::secret& secret,
        const base::clock& clock,
        std::span<const boost::asio::any_io_executor> executors
    );

    /** Has keys brought back, before all else; versions go on after theirs.

        @param bring_back  gives the keys to what it is called with, and returns the highest version
    */
    void restore(const std::function<std::uint64_t(persist::applier& into)>& bring_back);

    /// Has what is committed from then on appended to a journal, which outlives this; before
    /// anything is. That journal tells show() what is durable.
    void append_to(persist::journal& journal) noexcept { state_.append_to(journal); }

    /// All up to this version is durable: everybody may see it. By whoever writes the journal.
    void show(std::uint64_t version) noexcept { state_.show(version); }

    std::unique_ptr<service::channel> open() override;

    bool take_snapshot(service::snapshot_sink& to) override;

    boost::system::result<std::unique_ptr<service::watch>, service::watch_refusal> open_watch(
        std::string_view prefix,
        std::optional<std::uint64_t> after
    ) override;

    /** Has so many nodes share the partitions: moves those that must, one at a time, while
        transactions go on. Waits until all have moved.

        @param nodes  from 1 to the number of partitions
        @par Errors bad_argument; layout_changing: another change is under way
        @par Threads  any but the executors'
    */
    result<layout_change> resize(std::size_t nodes);

    /** Moves partitions from nodes that bear much to those that bear little, by the operations of
        late, or where there are none, by bytes. Waits until all have moved.

        @par Errors, Threads  as resize()
    */
    result<layout_change> rebalance(balance_goal goal = {});

    /// What there is, and what comes to it. Any thread.
    cluster_figures figures();

    /// Which node owns each partition: a moment's figure.
    std::vector<node_index> owners() const;

    /// Of the nodes that own partitions. A moment's figure.
    std::size_t nodes() const noexcept { return state_.nodes_in_use(); }

    /// Removes what has expired, a bounded number of keys a node; returns without waiting for it.
    void remove_expired();

    /// Removes what expires, ten times a second, until stop().
    void start();

    /// Thread safe. What was under way ends by itself. Who still watches is told nothing more.
    void stop();

    /// Keys held, over all partitions: a moment's figure.
    std::size_t size() const noexcept;

    /// What keys and values take up, with all that is kept about them: a moment's figure.
    std::size_t memory_bytes() const noexcept { return state_.memory_bytes(); }

    /// What they take from the process for that, with what waits to be freed and what lies free
    /// between: where there is a memory limit, soon about an eighth more than that at most.
    std::size_t memory_bytes_held() const noexcept { return state_.memory_bytes_held(); }

private:
    void make_nodes(std::size_t count);
    void perform(layout_change& change);
    void wait_for_next_removal();

    state state_;
    growing_list<expiry> expiries_;  // one a node
    watch_timer watch_timer_;
    boost::asio::steady_timer removal_timer_;
    bool stopped_ = false;  // the timer's strand's
    std::mutex changing_;   // of the layout
    std::mutex looking_;    // at the load
};

}  // namespace memstore::cluster
