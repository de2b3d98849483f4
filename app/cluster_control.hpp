#pragma once

#include "app/kept_layout.hpp"
#include "base/error.hpp"
#include "cluster/advice.hpp"
#include "cluster/cluster.hpp"
#include "log/logger.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string_view>
#include <thread>

namespace memstore::app {

/// How partitions moved, and how long all of it took; or why none did.
struct layout_changed {
    cluster::layout_change what;
    std::chrono::microseconds taken{};
};
using layout_answer = result<layout_changed>;

/** Moves partitions between the nodes while the store serves, on a thread of its own: when asked,
    and by load now and then.

    @par Threads  ask_*() and figures() any, the rest one
*/
class cluster_control {
public:
    using asker = std::function<void(const layout_answer&)>;
    /// Told the layout, whenever it has changed.
    using keeper = std::function<void(const layout&)>;

    /// @param threads  that serve
    /// @param rebalance_every  0: only when asked
    /// @param keep  called by the thread that moves partitions, before who asked is answered
    cluster_control(
        cluster::cluster& store,
        std::size_t threads,
        std::chrono::milliseconds rebalance_every,
        keeper keep,
        log::logger& log
    );
    cluster_control(const cluster_control&) = delete;
    cluster_control& operator=(const cluster_control&) = delete;

    /// How often partitions are moved by load, where that is asked for.
    static constexpr std::chrono::milliseconds rebalance_interval{5'000};

    /// Starts the thread: when the store serves, and is not being recovered any more.
    void start();

    /** Has the store get so many nodes, and `told` called by the thread that does that.

        @param nodes  nothing: as advise() says then
        @return false: another request is being done; `told` is not called
    */
    bool ask_resize(std::optional<std::size_t> nodes, asker told);
    bool ask_rebalance(asker told);

    cluster::cluster_figures figures() { return store_.figures(); }

    /// How many nodes there should be, by those figures.
    cluster::advice advise(const cluster::cluster_figures& all) const;

    /// Ends the thread, when it has done what it was asked.
    void stop();

private:
    using change = std::function<result<cluster::layout_change>()>;

    struct request {
        std::string_view cause;
        change what;
        asker told;
    };

    bool ask(request one);
    void run(const std::stop_token& stop);
    layout_answer perform(std::string_view cause, const change& what);

    cluster::cluster& store_;
    const std::size_t threads_;
    const std::chrono::milliseconds rebalance_every_;
    const keeper keep_;
    log::logger& log_;

    std::mutex mutex_;
    std::condition_variable_any asked_;
    std::optional<request> request_;
    bool busy_ = false;  // from when one is asked until it has been answered
    std::jthread moving_;
};

}  // namespace memstore::app
