#include "cluster/cluster.hpp"

#include "cluster/channel.hpp"
#include "cluster/cut.hpp"
#include "cluster/handover.hpp"
#include "cluster/restorer.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>

#include <algorithm>
#include <chrono>
#include <string>
#include <vector>

namespace memstore::cluster {
namespace {

constexpr std::chrono::milliseconds removal_interval{100};

refusal already_changing() { return {errc::layout_changing, "partitions are being moved already"}; }

/// Of each partition: operations, or bytes where there were hardly any.
std::vector<double> loads_of(const cluster_figures& all) {
    constexpr double hardly_any = 100;
    std::vector<double> load;
    double sum = 0;
    for (const partition_figures& each : all.partitions) {
        load.push_back(each.operations_per_second);
        sum += each.operations_per_second;
    }
    if (sum >= hardly_any) return load;
    for (std::size_t at = 0; at < load.size(); ++at) {
        load[at] = static_cast<double>(all.partitions[at].bytes);
    }
    return load;
}

void add_up(cluster_figures& all) {
    std::vector<node_index> owners;
    std::vector<double> operations;
    std::vector<double> bytes;
    for (const partition_figures& each : all.partitions) {
        node_figures& owner = all.nodes[each.owner];
        ++owner.partitions;
        owner.keys += each.keys;
        owner.bytes += each.bytes;
        owner.operations += each.operations;
        owner.operations_per_second += each.operations_per_second;
        owners.push_back(each.owner);
        operations.push_back(each.operations_per_second);
        bytes.push_back(static_cast<double>(each.bytes));
    }
    all.by_operations = balance_of(owners, all.nodes.size(), operations);
    all.by_bytes = balance_of(owners, all.nodes.size(), bytes);
}

}  // namespace

cluster::cluster(
    const settings& size,
    const base::key_hasher::secret& secret,
    const base::clock& clock,
    std::span<const boost::asio::any_io_executor> executors
)
    : state_(size, secret, clock, executors),
      expiries_(state_.nodes.capacity()),
      watch_timer_(state_, executors.front()),
      removal_timer_(boost::asio::make_strand(executors.front())) {
    make_nodes(size.nodes);
}

void cluster::make_nodes(std::size_t count) {
    state_.make_nodes(count);
    while (expiries_.size() < state_.nodes.size()) {
        expiries_.emplace_back(state_, state_.nodes[expiries_.size()]);
    }
}

void cluster::restore(const std::function<std::uint64_t(persist::applier& into)>& bring_back) {
    restorer into{state_};
    into.finish(bring_back(into));
}

std::unique_ptr<service::channel> cluster::open() { return std::make_unique<channel>(state_); }

bool cluster::take_snapshot(service::snapshot_sink& to) { return cut::take(state_, to); }

boost::system::result<std::unique_ptr<service::watch>, service::watch_refusal> cluster::open_watch(
    std::string_view prefix,
    std::optional<std::uint64_t> after
) {
    return watch_timer_.hub().open(prefix, after);
}

result<layout_change> cluster::resize(std::size_t nodes) {
    if (nodes < 1 || nodes > state_.partitions.size()) {
        return refusal{
            errc::bad_argument,
            "nodes must be from 1 to " + std::to_string(state_.partitions.size()) +
                ", the number of partitions"};
    }
    const std::unique_lock alone{changing_, std::try_to_lock};
    if (!alone) return already_changing();
    layout_change change;
    change.nodes_before = state_.nodes_in_use();
    change.nodes = nodes;
    const std::vector<double> load = loads_of(figures());
    change.before = balance_of(owners(), change.nodes_before, load);
    change.moves = moves_to_resize(owners(), nodes);
    perform(change);
    change.after = balance_of(owners(), nodes, load);
    return change;
}

result<layout_change> cluster::rebalance(balance_goal goal) {
    const std::unique_lock alone{changing_, std::try_to_lock};
    if (!alone) return already_changing();
    const std::size_t nodes = state_.nodes_in_use();
    const std::vector<double> load = loads_of(figures());
    layout_change change;
    change.nodes_before = change.nodes = nodes;
    change.before = balance_of(owners(), nodes, load);
    change.moves = moves_to_balance(owners(), nodes, load, goal);
    perform(change);
    change.after = balance_of(owners(), nodes, load);
    return change;
}

std::vector<node_index> cluster::owners() const {
    std::vector<node_index> all;
    for (partition_index each = 0; each < state_.partitions.size(); ++each) {
        all.push_back(state_.owner_of(each));
    }
    return all;
}

cluster_figures cluster::figures() {
    const std::lock_guard alone{looking_};
    state_.load.look(std::chrono::steady_clock::now());
    cluster_figures all;
    all.nodes.resize(state_.nodes_in_use());
    for (partition_index each = 0; each < state_.partitions.size(); ++each) {
        const store::partition& one = state_.partitions[each];
        all.partitions.push_back(
            {.owner = state_.owner_of(each),
             .keys = one.size(),
             .bytes = one.bytes(),
             .operations = state_.load.operations(each),
             .operations_per_second = state_.load.rates()[each]}
        );
        if (all.partitions.back().owner >= all.nodes.size()) {
            all.nodes.resize(all.partitions.back().owner + std::size_t{1});
        }
    }
    add_up(all);
    all.queued_per_second = state_.load.queued_rate();
    all.queued_partitions_per_second = state_.load.queued_partitions_rate();
    for (std::size_t at = 0; at < all.nodes.size(); ++at) {
        const node_queue::line_figures line = state_.nodes[at].queue.figures();
        all.nodes[at].queue_depth = line.depth;
        all.nodes[at].waits = line.waits;
        all.nodes[at].wait_us_mean = line.wait_us_mean;
        all.nodes[at].waited_seconds = line.waited_seconds;
    }
    all.memory_bytes = state_.memory_bytes();
    all.memory_bytes_held = state_.memory_bytes_held();
    all.snapshots = state_.epochs.held().count();
    all.watches = watch_timer_.hub().watches();
    all.expired_keys = state_.expired_keys.load(std::memory_order_relaxed);
    all.evicted_keys = state_.evicted_keys.load(std::memory_order_relaxed);
    return all;
}

/// Nodes come into use before they own anything, and go out of it when they own nothing more.
void cluster::perform(layout_change& change) {
    state_.budget.share_among(change.nodes);  // by which nodes that are made size what they keep
    make_nodes(change.nodes);
    if (change.nodes > change.nodes_before) {
        state_.in_use.store(change.nodes, std::memory_order_release);
    }
    handover next{state_};
    for (const partition_move& each : change.moves) {
        change.longest_pause = std::max(change.longest_pause, next.perform(each));
    }
    state_.in_use.store(change.nodes, std::memory_order_release);
}

void cluster::remove_expired() {
    state_.uses.note_time(state_.time.now());
    const std::vector<bool> due = expiry::due_nodes(state_);
    for (std::size_t at = 0; at < std::min(due.size(), expiries_.size()); ++at) {
        if (due[at]) expiries_[at].start();
    }
}

void cluster::start() {
    auto begin = [this] { wait_for_next_removal(); };
    boost::asio::post(removal_timer_.get_executor(), std::move(begin));
}

void cluster::stop() {
    for (expiry& each : expiries_) each.stop();
    watch_timer_.stop();
    auto end = [this] {
        stopped_ = true;
        removal_timer_.cancel();
    };
    boost::asio::post(removal_timer_.get_executor(), std::move(end));
}

void cluster::wait_for_next_removal() {
    if (stopped_) return;
    removal_timer_.expires_after(removal_interval);
    removal_timer_.async_wait([this](const boost::system::error_code& ended) {
        if (ended) return;
        remove_expired();
        wait_for_next_removal();
    });
}

std::size_t cluster::size() const noexcept {
    std::size_t keys = 0;
    for (const store::partition& each : state_.partitions) keys += each.size();
    return keys;
}

}  // namespace memstore::cluster
