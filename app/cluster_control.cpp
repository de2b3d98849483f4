#include "app/cluster_control.hpp"

#include <algorithm>
#include <pthread.h>
#include <utility>

namespace memstore::app {
namespace {

using namespace std::chrono_literals;

/// So often the load is looked at, whoever asks for it or not.
constexpr std::chrono::milliseconds between_layout_looks = 1s;

/// Fewer waits say nothing of how long the next takes.
constexpr double waits_to_judge_by = 100;

}  // namespace

cluster_control::cluster_control(
    cluster::cluster& store,
    std::size_t threads,
    std::chrono::milliseconds rebalance_every,
    keeper keep,
    log::logger& log
)
    : store_(store),
      threads_(threads),
      rebalance_every_(rebalance_every),
      keep_(std::move(keep)),
      log_(log) {}

void cluster_control::start() {
    moving_ = std::jthread{[this](const std::stop_token& stop) { run(stop); }};
}

cluster::advice cluster_control::advise(const cluster::cluster_figures& all) const {
    cluster::load_profile load{.threads = threads_, .partitions = all.partitions.size()};
    load.nodes_now = all.nodes.size();
    load.queued_transactions_per_second = all.queued_per_second;
    if (all.queued_per_second > 0) {
        load.partitions_per_transaction = all.queued_partitions_per_second / all.queued_per_second;
    }
    load.skew = all.by_operations.heaviest;
    double waited_us = 0;
    double waits = 0;
    for (const cluster::node_figures& each : all.nodes) {
        load.operations_per_second += each.operations_per_second;
        waits += static_cast<double>(each.waits);
        waited_us += each.wait_us_mean * static_cast<double>(each.waits);
    }
    if (waits >= waits_to_judge_by) load.wait_us_mean = waited_us / waits;
    return cluster::advise(load);
}

bool cluster_control::ask_resize(std::optional<std::size_t> nodes, asker told) {
    auto what = [this, nodes] {
        return store_.resize(nodes ? *nodes : advise(store_.figures()).nodes);
    };
    return ask({"resize", std::move(what), std::move(told)});
}

bool cluster_control::ask_rebalance(asker told) {
    auto what = [this] { return store_.rebalance(); };
    return ask({"rebalance", std::move(what), std::move(told)});
}

bool cluster_control::ask(request one) {
    {
        const std::lock_guard held{mutex_};
        if (busy_) return false;
        busy_ = true;
        request_ = std::move(one);
    }
    asked_.notify_one();
    return true;
}

void cluster_control::stop() {
    if (!moving_.joinable()) return;
    moving_.request_stop();
    moving_.join();
}

void cluster_control::run(const std::stop_token& stop) {
    ::pthread_setname_np(::pthread_self(), "memstore-layout");
    auto rebalanced = std::chrono::steady_clock::now();
    while (!stop.stop_requested()) {
        std::optional<request> next;
        {
            std::unique_lock held{mutex_};
            asked_.wait_for(held, stop, between_layout_looks, [this] {
                return request_.has_value();
            });
            next = std::exchange(request_, std::nullopt);
        }
        if (next) {
            const layout_answer done = perform(next->cause, next->what);
            {
                const std::lock_guard held{mutex_};
                busy_ = false;
            }
            next->told(done);
            continue;
        }
        const auto now = std::chrono::steady_clock::now();
        if (rebalance_every_ > 0ms && now - rebalanced >= rebalance_every_) {
            rebalanced = now;
            perform("load", [this] { return store_.rebalance(); });
        } else {
            store_.figures();
        }
    }
}

layout_answer cluster_control::perform(std::string_view cause, const change& what) {
    const auto began = std::chrono::steady_clock::now();
    const auto done = what();
    if (!done) return done.error();
    const auto taken = std::chrono::duration_cast<std::chrono::microseconds>(
        std::chrono::steady_clock::now() - began
    );
    if (!done->moves.empty() || done->nodes != done->nodes_before) {
        keep_({done->nodes, store_.owners()});
        log_.info(
            "partitions moved",
            {{"cause", cause},
             {"moved", std::uint64_t{done->moves.size()}},
             {"nodes", std::uint64_t{done->nodes}},
             {"before", std::uint64_t{done->nodes_before}},
             {"us", taken.count()}}
        );
    }
    return layout_changed{*done, taken};
}

}  // namespace memstore::app
