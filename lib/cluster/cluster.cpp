#include "cluster/cluster.hpp"

#include "cluster/channel.hpp"
#include "cluster/cut.hpp"
#include "cluster/restorer.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>

#include <chrono>

namespace memstore::cluster {
namespace {

constexpr std::chrono::milliseconds removal_interval{100};

}  // namespace

cluster::cluster(
    const settings& size,
    const base::key_hasher::secret& secret,
    const base::clock& clock,
    std::span<const boost::asio::any_io_executor> executors
)
    : state_(size, secret, clock, executors),
      watch_timer_(state_, executors.front()),
      removal_timer_(boost::asio::make_strand(executors.front())) {
    for (node& each : state_.nodes) expiries_.emplace_back(state_, each);
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

void cluster::remove_expired() {
    for (expiry& each : expiries_) each.remove_due();
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
