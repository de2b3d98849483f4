#pragma once

#include "async/system_clock.hpp"
#include "base/error.hpp"
#include "base/hash.hpp"
#include "bench/workload.hpp"
#include "cluster/cluster.hpp"
#include "cluster/ring.hpp"
#include "command/command.hpp"
#include "command/reply.hpp"
#include "service/snapshot_service.hpp"
#include "service/transaction_service.hpp"
#include "service/watch_service.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <benchmark/benchmark.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>
#include <string_view>
#include <vector>

namespace memstore::bench {

/** The cluster that is measured, of the size that the server has by default.

    What it posts is run by those who wait for it, as io threads do between their sessions, so that
    no thread hops are measured that a server does not have.

    @par Threads  any
*/
class engine {
public:
    engine();
    ~engine() { run_posted(); }

    /// Sets the first `keys` keys, in transactions of many.
    void fill(std::size_t keys);

    std::unique_ptr<service::channel> open() { return cluster_.open(); }
    service::snapshot_service& snapshots() { return cluster_; }
    std::unique_ptr<service::watch> watch(std::string_view prefix);

    std::size_t memory_bytes() const noexcept { return cluster_.memory_bytes(); }
    void run_posted() { io_.poll(); }
    void run_posted_until(const std::stop_token& stop);

    /// What the server's timer does ten times a second.
    void tidy() {
        cluster_.remove_expired();
        run_posted();
    }

    cluster::node_index owner_of(const key& which) const noexcept;

private:
    using work_guard = boost::asio::executor_work_guard<boost::asio::io_context::executor_type>;

    boost::asio::io_context io_;
    work_guard work_{io_.get_executor()};
    async::system_clock clock_;
    base::key_hasher hash_of_;
    std::vector<cluster::node_index> owners_;  // of each partition
    cluster::cluster cluster_;
};

/// A session of one thread. Threads: its own.
class client final : private service::answer_sink {
public:
    explicit client(engine& of) : engine_(of), channel_(of.open()) {}

    /// Executes a transaction and waits for the answer. @return how many of its replies were bytes
    std::size_t execute(const command::transaction& what);

private:
    bool accept(const command::evaluation& evaluated) noexcept override;
    void take(const result<service::outcome>& answer) noexcept override;
    void lose() noexcept override {}
    void resume() noexcept override { resumed_.store(true, std::memory_order_release); }

    engine& engine_;
    std::unique_ptr<service::channel> channel_;
    std::size_t hits_ = 0;
    std::atomic<bool> resumed_ = false;
};

/** Transactions of one command, over a sequence of keys that starts again at its end.

    Making the next one is measured with it: a nanosecond or two a command, about what copying the
    fields of a request costs.
*/
class rotation {
public:
    /// @param keys  at least one, borrowed
    rotation(std::string_view command, std::size_t commands, std::span<const key> keys);

    const command::transaction& next() noexcept;
    std::size_t commands() const noexcept { return what_.commands.size(); }

private:
    std::span<const key> keys_;
    std::size_t at_ = 0;
    command::transaction what_;
};

/** The loop of every benchmark here, behind a bounded one that warms the caches. Each reply must be
    bytes: keys asked for are there.

    Reports CPU time a command as `per_command`, and all of it in the usual columns: with several
    threads Time is wall time over the transactions of all, CPU is CPU time a transaction.
*/
void run(benchmark::State& state, engine& on, rotation& transactions);

/// The same without the loop before, whose transactions would change what is measured.
void run_cold(benchmark::State& state, engine& on, rotation& transactions);

}  // namespace memstore::bench
