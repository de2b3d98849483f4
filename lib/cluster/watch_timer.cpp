#include "cluster/watch_timer.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>

#include <chrono>

namespace memstore::cluster {
namespace {

/// At most so long a watch lags behind while there is much to see, and at most so often does a
/// writer wake the hub.
constexpr std::chrono::milliseconds pause{1};

}  // namespace

watch_timer::watch_timer(state& cluster, const boost::asio::any_io_executor& executor)
    : pause_(boost::asio::make_strand(executor)), hub_(cluster, *this) {}

void watch_timer::stop() {
    auto end = [this] {
        stopped_ = true;
        pause_.cancel();
    };
    boost::asio::post(pause_.get_executor(), std::move(end));
}

void watch_timer::look_soon() noexcept {
    auto look = [this] { hub_.look(); };
    boost::asio::post(pause_.get_executor(), std::move(look));
}

void watch_timer::look_after_pause() {
    if (stopped_) return;
    pause_.expires_after(pause);
    pause_.async_wait([this](const boost::system::error_code& ended) {
        if (!ended) hub_.look();
    });
}

}  // namespace memstore::cluster
