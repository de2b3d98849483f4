#include "cluster/advice.hpp"

#include <algorithm>
#include <cmath>

namespace memstore::cluster {
namespace {

// Estimates, from what a SET and a transfer take in process on one machine.
constexpr double take_ns = 30;               // a node's queue, and what is done for the node
constexpr double cache_ns = 2;               // a node that there is
constexpr double hold_ns = 150;              // of a transaction itself,
constexpr double hold_ns_a_partition = 120;  // and of each partition
constexpr double wait_ns_unknown = 5'000;
constexpr double wait_ns_max = 20'000;  // what is longer is the scheduler's doing, not the line's

constexpr double queued_per_second_min = 100;
constexpr double gain_ns_min = 20;  // of some ten microseconds that a request takes
constexpr std::size_t nodes_a_thread_max = 8;
constexpr double busy_unknown = 0.01;  // of a thread's time, in nodes

double nodes_met(double nodes, double keys) { return nodes * (1 - std::pow(1 - 1 / nodes, keys)); }

node_cost cost_of(std::size_t count, const load_profile& load, double keys, double busy) {
    const auto nodes = static_cast<double>(count);
    const double met = nodes_met(nodes, keys);
    const double common_share = std::min(1.0, std::max(load.skew, 1.0) * met / nodes);
    const double common = 1 - std::pow(1 - common_share, met);
    const auto others = static_cast<double>(load.threads - 1);
    const double waits = 1 - std::pow(1 - busy * common, others);
    const double measured_ns = std::min(load.wait_us_mean * 1'000, wait_ns_max);
    const double wait_ns = measured_ns > 0 ? measured_ns : wait_ns_unknown;
    return {count, take_ns * met + cache_ns * nodes, waits * wait_ns};
}

std::string rounded(double number) {
    return std::to_string(static_cast<long long>(std::llround(number)));
}

std::string describe(const node_cost& one) {
    return std::to_string(one.nodes) + (one.nodes == 1 ? " node: " : " nodes: ") +
           rounded(one.taking_ns) + " ns a transaction to take them, " + rounded(one.waiting_ns) +
           " ns to wait for them";
}

std::vector<node_cost> costs_of(const load_profile& load, double keys, double busy) {
    std::vector<node_cost> all;
    const std::size_t most = std::min(load.partitions, load.threads * nodes_a_thread_max);
    for (std::size_t nodes = 1; nodes <= most; nodes *= 2) {
        all.push_back(cost_of(nodes, load, keys, busy));
    }
    return all;
}

}  // namespace

advice advise(const load_profile& load) {
    const bool known = load.queued_transactions_per_second >= queued_per_second_min;
    const double keys = known ? std::max(load.partitions_per_transaction, 1.0) : 1;
    const double held_ns = hold_ns + hold_ns_a_partition * keys;
    const double measured_busy =
        load.queued_transactions_per_second * held_ns / 1e9 / static_cast<double>(load.threads);
    const double busy = known ? std::min(measured_busy, 1.0) : busy_unknown;

    advice chosen{.nodes = load.nodes_now, .reasons = {}, .costs = costs_of(load, keys, busy)};
    chosen.reasons.push_back(
        std::to_string(load.threads) + " threads serve; " +
        rounded(load.queued_transactions_per_second) + " transactions a second take nodes, on " +
        rounded(keys) + " partitions on average; in line they wait " + rounded(load.wait_us_mean) +
        " us; the heaviest node bears " + rounded(load.skew * 100) + " % of the average"
    );
    if (!known && load.operations_per_second >= queued_per_second_min) {
        chosen.reasons.push_back("reads take no nodes: any number serves them alike, so it stays");
        return chosen;
    }
    const auto best = std::min_element(
        chosen.costs.begin(),
        chosen.costs.end(),
        [](const node_cost& one, const node_cost& other) { return one.all_ns() < other.all_ns(); }
    );
    const node_cost now = cost_of(load.nodes_now, load, keys, busy);
    chosen.reasons.push_back(describe(now));
    if (best->nodes == load.nodes_now) return chosen;
    chosen.reasons.push_back(describe(*best));
    if (known && best->all_ns() + gain_ns_min > now.all_ns()) {
        chosen.reasons.push_back("the difference is too small to be measured, so it stays");
        return chosen;
    }
    chosen.nodes = best->nodes;
    return chosen;
}

}  // namespace memstore::cluster
