#include "net/listener.hpp"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/co_spawn.hpp>

#include <sys/socket.h>

#include <chrono>
#include <exception>
#include <utility>

namespace memstore::net {
namespace {

/// How long to let things be when accepting fails, most likely for want of file descriptors.
constexpr std::chrono::milliseconds pause_after_failure{100};

using reuse_port = boost::asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;
using pause_timer = boost::asio::basic_waitable_timer<
    std::chrono::steady_clock,
    boost::asio::wait_traits<std::chrono::steady_clock>,
    io_executor>;

bool is_about_one_client(const boost::system::error_code& failed) {
    return failed == boost::asio::error::connection_aborted ||
           failed == boost::asio::error::connection_reset;
}

}  // namespace

void require_free(boost::asio::io_context& io, const tcp::endpoint& where) {
    boost::asio::basic_socket_acceptor<tcp, io_executor> probe{io.get_executor()};
    probe.open(where.protocol());
    probe.set_option(boost::asio::socket_base::reuse_address(true));
    probe.bind(where);
}

listener::listener(
    boost::asio::io_context& io,
    const tcp::endpoint& where,
    log::logger& log,
    log::throttle& complaints,
    on_accept admit
)
    : acceptor_(io.get_executor()), log_(log), complaints_(complaints), admit_(std::move(admit)) {
    acceptor_.open(where.protocol());
    acceptor_.set_option(boost::asio::socket_base::reuse_address(true));
    acceptor_.set_option(reuse_port(true));
    acceptor_.set_option(tcp::no_delay(true));  // on Linux, accepted sockets inherit it
    acceptor_.bind(where);
    acceptor_.listen();
}

void listener::start() {
    // Nobody else would notice: the others accept on.
    auto rethrow = [](const std::exception_ptr& failed) {
        if (failed) std::rethrow_exception(failed);
    };
    boost::asio::co_spawn(acceptor_.get_executor(), accept_all(), std::move(rethrow));
}

void listener::close() noexcept {
    accept_backlog();
    boost::system::error_code ignored;
    acceptor_.close(ignored);
}

/// With the acceptor, the kernel would reset these, and requests that have arrived on them.
void listener::accept_backlog() noexcept {
    boost::system::error_code failed;
    acceptor_.non_blocking(true, failed);
    // Bounded, lest clients that keep coming hold up the close.
    for (int left = boost::asio::socket_base::max_listen_connections; left > 0 && !failed; --left) {
        socket accepted{acceptor_.get_executor()};
        acceptor_.accept(accepted, failed);
        if (!failed) {
            admit(std::move(accepted));
        } else if (is_about_one_client(failed)) {
            failed.clear();
        }
    }
}

awaitable<> listener::accept_all() {
    while (acceptor_.is_open()) {
        socket accepted{acceptor_.get_executor()};
        const auto [failed] = co_await acceptor_.async_accept(accepted, as_results);
        if (!failed) {
            admit(std::move(accepted));
        } else if (acceptor_.is_open() && !is_about_one_client(failed)) {
            report(failed);
            pause_timer pause{acceptor_.get_executor(), pause_after_failure};
            co_await pause.async_wait(as_results);
        }
    }
}

void listener::admit(socket&& accepted) noexcept {
    try {
        admit_(std::move(accepted));
    } catch (const std::exception& failed) {
        log_.error("cannot serve a connection", {{"reason", failed.what()}});
    }
}

void listener::report(const boost::system::error_code& failed) {
    if (complaints_.pass()) log_.error("cannot accept", {{"reason", failed.message()}});
}

}  // namespace memstore::net
