#include "net/listener.hpp"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/co_spawn.hpp>

#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <exception>
#include <utility>

namespace memstore::net {
namespace {

/// How long to let things be when accepting fails, most likely for want of file descriptors.
constexpr std::chrono::milliseconds pause_after_failure{100};

/// How many clients are let in before those who are in have their turn.
constexpr int accepted_at_once_max = 64;

using reuse_port = boost::asio::detail::socket_option::boolean<SOL_SOCKET, SO_REUSEPORT>;
using pause_timer = boost::asio::basic_waitable_timer<
    std::chrono::steady_clock,
    boost::asio::wait_traits<std::chrono::steady_clock>,
    io_executor>;

/// What has gone wrong on the way to one client, or with it, while it was waiting.
bool is_about_one_client(int error) noexcept {
    switch (error) {
    case ECONNABORTED:
    case ECONNRESET:
    case EINTR:
    case EHOSTDOWN:
    case EHOSTUNREACH:
    case ENETDOWN:
    case ENETUNREACH:
    case ENONET:
    case ENOPROTOOPT:
    case EOPNOTSUPP:
    case EPERM:
    case EPROTO: return true;
    default: return false;
    }
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
    acceptor_.native_non_blocking(true);
}

void listener::start() {
    // Nobody else would notice: the others accept on.
    auto rethrow = [](const std::exception_ptr& failed) {
        if (failed) std::rethrow_exception(failed);
    };
    boost::asio::co_spawn(acceptor_.get_executor(), accept_all(), std::move(rethrow));
}

void listener::close() noexcept {
    // With the acceptor, the kernel would reset these, and requests that have arrived on them.
    // Bounded, lest clients that keep coming hold up the close: the kernel lets one more wait than
    // it was asked to.
    const auto failed = accept_waiting(boost::asio::socket_base::max_listen_connections + 1);
    if (failed) report(failed);
    boost::system::error_code ignored;
    acceptor_.close(ignored);
}

awaitable<> listener::accept_all() {
    while (acceptor_.is_open()) {
        co_await acceptor_.async_wait(boost::asio::socket_base::wait_read, as_results);
        const auto failed = accept_waiting(accepted_at_once_max);
        if (failed && acceptor_.is_open()) {
            report(failed);
            pause_timer pause{acceptor_.get_executor(), pause_after_failure};
            co_await pause.async_wait(as_results);
        }
    }
}

/// Accepts what the kernel has accepted by now, up to `count` of them. @return why it could not
boost::system::error_code listener::accept_waiting(int count) noexcept {
    for (; count > 0; --count) {
        constexpr int flags = SOCK_NONBLOCK | SOCK_CLOEXEC;
        sockaddr_storage peer{};
        socklen_t peer_bytes = sizeof peer;
        auto* const where = reinterpret_cast<sockaddr*>(&peer);
        descriptor accepted{::accept4(acceptor_.native_handle(), where, &peer_bytes, flags)};
        if (accepted.number() >= 0) {
            admit(std::move(accepted), client_network{peer});
        } else if (errno == EAGAIN) {
            break;
        } else if (!is_about_one_client(errno)) {
            return {errno, boost::system::system_category()};
        }
    }
    return {};
}

void listener::admit(descriptor&& accepted, client_network from) noexcept {
    try {
        admit_(std::move(accepted), from);
    } catch (const std::exception& failed) {
        log_.error("cannot serve a connection", {{"reason", failed.what()}});
    }
}

void listener::report(const boost::system::error_code& failed) {
    if (complaints_.pass()) log_.error("cannot accept", {{"reason", failed.message()}});
}

}  // namespace memstore::net
