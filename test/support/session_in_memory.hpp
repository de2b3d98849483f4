#pragma once

#include "auth/keyring.hpp"
#include "cluster/cluster.hpp"
#include "http/body_budget.hpp"
#include "http/export_endpoint.hpp"
#include "http/rate_limits.hpp"
#include "http/request_ids.hpp"
#include "http/routes.hpp"
#include "http/session.hpp"
#include "http/site.hpp"
#include "http/slow_log.hpp"
#include "http/watch_endpoint.hpp"
#include "net/client_network.hpp"
#include "net/session_group.hpp"
#include "support/fake_clock.hpp"
#include "support/require.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <sys/socket.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace memstore::test {

/** One session over a cluster of its own, at the other end of a pair of sockets, all in the
   caller's thread: so that the same bytes in the same pieces always come to the same.

    No time passes for what it stores.
*/
class session_in_memory {
public:
    /// @param tokens  who may ask; nullptr: everybody
    session_in_memory(const http::settings& options, const auth::keyring* tokens)
        : bodies_(options.buffered_bytes_max),
          rates_(options.rates),
          watches_(options.watches_max),
          slow_(options.slow_threshold, options.slow_entries_max),
          site_{
              options,
              store_,
              bodies_,
              rates_,
              slow_,
              ids_,
              watches_,
              http::router{routes()},
              tokens},
          meter_(site_.routes.actions()) {
        std::array<int, 2> pair{};
        constexpr int kind = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
        require(::socketpair(AF_UNIX, kind, 0, pair.data()) == 0, "there are sockets");
        client_ = std::make_unique<net::descriptor>(pair[0]);
        session_ = std::make_unique<http::session>(
            net::descriptor{pair[1]},
            net::client_network{},
            connections_,
            site_,
            meter_,
            log_
        );
        boost::asio::co_spawn(
            io_.get_executor(),
            session_->run(),
            [this](const std::exception_ptr& failed) {
                require(failed == nullptr, "a session throws nothing");
                session_.reset();
            }
        );
    }

    ~session_in_memory() {
        hang_up();
        store_.stop();
        run();
    }

    session_in_memory(const session_in_memory&) = delete;
    session_in_memory& operator=(const session_in_memory&) = delete;

    /// Whether the session has left.
    bool left() const noexcept { return session_ == nullptr; }

    /// Sends a piece, as far as the session is there to take it, and has it do what it can.
    void send(std::string_view piece) {
        while (!piece.empty() && !left()) {
            const ssize_t sent =
                ::send(client_->number(), piece.data(), piece.size(), MSG_NOSIGNAL);
            if (sent > 0) piece.remove_prefix(static_cast<std::size_t>(sent));
            run();
            if (sent <= 0 && !left()) return;  // it takes no more
        }
    }

    /// Ends the client's half.
    void finish_sending() {
        ::shutdown(client_->number(), SHUT_WR);
        run();
    }

    /// Ends the connection; the session must leave.
    void hang_up() {
        client_.reset();
        run();
        require(left(), "a session leaves when its client has");
    }

    /// All that the session has written by now.
    const std::string& received() const noexcept { return received_; }

private:
    std::vector<http::route> routes() {
        std::vector<http::route> all = http::own_routes();
        all.push_back(http::export_route(store_));
        all.push_back(http::watch_route(store_, store_));
        return all;
    }

    /// Runs until nothing is left to do but to wait.
    void run() {
        do {
            receive();
            io_.restart();
        } while (io_.poll() != 0);
        receive();
    }

    void receive() {
        if (client_ == nullptr) return;
        std::array<char, 16'384> piece;
        ssize_t bytes = 0;
        while ((bytes = ::recv(client_->number(), piece.data(), piece.size(), 0)) > 0) {
            received_.append(piece.data(), static_cast<std::size_t>(bytes));
        }
    }

    boost::asio::io_context io_{1};
    log::logger log_{log::level::off, log::format::text};
    fake_clock clock_;
    std::vector<boost::asio::any_io_executor> executors_{io_.get_executor()};
    cluster::cluster store_{{.nodes = 2, .partitions = 4}, {}, clock_, executors_};
    http::body_budget bodies_;
    http::rate_limits rates_;
    net::session_group watches_;
    http::slow_log slow_;
    http::request_ids ids_;
    http::site site_;
    http::request_meter meter_;
    net::connections connections_{io_};
    std::unique_ptr<net::descriptor> client_;
    std::unique_ptr<http::session> session_;
    std::string received_;
};

}  // namespace memstore::test
