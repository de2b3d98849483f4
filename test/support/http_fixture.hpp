#pragma once

#include "http/server.hpp"
#include "log/logger.hpp"
#include "support/raw_client.hpp"
#include "support/stub_service.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <thread>
#include <utility>
#include <vector>

namespace memstore::test {

/// A server on a free port of localhost, running until it goes.
class running_server {
public:
    explicit running_server(
        service::transaction_service& engine,
        http::settings options = {},
        std::vector<http::route> routes = {},
        std::size_t threads = 2
    )
        : contexts_(threads), server_(std::move(options), engine, log_, std::move(routes)) {
        std::vector<boost::asio::io_context*> contexts;
        for (auto& one : contexts_) contexts.push_back(&one.io);
        port_ = server_.listen({boost::asio::ip::address_v4::loopback(), 0}, contexts);
        for (auto& one : contexts_) threads_.emplace_back([&io = one.io] { io.run(); });
    }

    ~running_server() { stop(std::chrono::seconds{0}); }

    /// Stops as the program does. @return whether all sessions had left within `drain`
    bool stop(std::chrono::milliseconds drain) {
        if (threads_.empty()) return true;
        const bool in_time = server_.stop(drain);
        for (auto& one : contexts_) one.work.reset();
        for (auto& one : threads_) one.join();
        threads_.clear();
        return in_time;
    }

    std::uint16_t port() const noexcept { return port_; }
    http::server& server() noexcept { return server_; }

private:
    struct context {
        boost::asio::io_context io{1};
        boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work{
            io.get_executor()};
    };

    log::logger log_{log::level::off, log::format::text};
    std::deque<context> contexts_;
    http::server server_;
    std::vector<std::thread> threads_;
    std::uint16_t port_ = 0;
};

/// A server over the stub that answers in place, for the tests of one connection.
struct plain_server {
    stub_service engine;
    running_server server{engine};
    raw_client client{server.port()};
};

}  // namespace memstore::test
