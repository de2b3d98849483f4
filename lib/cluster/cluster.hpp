#pragma once

#include "base/clock.hpp"
#include "base/hash.hpp"
#include "cluster/expiry.hpp"
#include "cluster/state.hpp"
#include "service/snapshot_service.hpp"
#include "service/transaction_service.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <deque>
#include <memory>
#include <span>

namespace memstore::cluster {

/** The nodes and the keys in them: executes transactions, atomically and strictly serializably,
    over any keys, and shows all of them as of one commit.

    @par Threads  any; it must outlive its channels and snapshots, and its executors must have run
      dry before it is destroyed
*/
class cluster final : public service::transaction_service, public service::snapshot_service {
public:
    /// @param secret  of the key hash: random bytes, except in tests
    /// @param executors  run the node queues, in turn; at least one
    cluster(
        const settings& size,
        const base::key_hasher::secret& secret,
        const base::clock& clock,
        std::span<const boost::asio::any_io_executor> executors
    );

    std::unique_ptr<service::channel> open() override;

    bool take_snapshot(service::snapshot_sink& to) override;

    /// Removes what has expired, a bounded number of keys a node; returns without waiting for it.
    void remove_expired();

    /// Removes what expires, ten times a second, until stop().
    void start();

    /// Thread safe. What was under way ends by itself.
    void stop();

    /// Keys held, over all partitions: a moment's figure.
    std::size_t size() const noexcept;

    /// What keys and values take up, with all that is kept about them: a moment's figure.
    std::size_t memory_bytes() const noexcept { return state_.memory_bytes(); }

private:
    void wait_for_next_removal();

    state state_;
    std::deque<expiry> expiries_;  // one a node
    boost::asio::steady_timer removal_timer_;
    bool stopped_ = false;  // the timer's strand's
};

}  // namespace memstore::cluster
