#include "net/connection.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>

#include <algorithm>
#include <utility>

namespace memstore::net {
namespace {

constexpr std::chrono::seconds linger_limit{10};
constexpr std::chrono::seconds linger_silence{1};
constexpr std::size_t linger_bytes_max = 134'217'728;

std::chrono::milliseconds least_time_for(std::size_t bytes) noexcept {
    constexpr std::size_t ms_per_second = 1000;
    return std::chrono::milliseconds{
        bytes * ms_per_second / connection::write_bytes_per_second_min};
}

}  // namespace

connection::connection(socket&& peer, connections& home) : socket_(std::move(peer)), home_(home) {
    home_.add(*this);
}

connection::~connection() { home_.remove(*this); }

connection::moment connection::deadline_in(std::chrono::milliseconds limit) const noexcept {
    return home_.now_ + limit + connections::tick;
}

awaitable<std::size_t> connection::read_some(std::span<char> into, moment deadline) {
    begin_wait(state::busy, deadline);
    const auto [failed, bytes] =
        co_await socket_.async_read_some(boost::asio::buffer(into.data(), into.size()), as_results);
    end_wait();
    ended_ = failed == boost::asio::error::eof;
    co_return failed ? 0 : bytes;
}

awaitable<std::size_t> connection::read_idle(std::span<char> into, moment deadline) {
    while (!leaving_ || has_input()) {
        begin_wait(state::idle, deadline);
        const auto [failed, bytes] = co_await socket_.async_read_some(
            boost::asio::buffer(into.data(), into.size()),
            as_results
        );
        end_wait();
        if (!failed) co_return bytes;
        // What arrived just before we were asked to leave is still read.
        const bool asked_to_leave = leaving_ && failed == boost::asio::error::operation_aborted;
        if (!asked_to_leave || expired_) break;
    }
    co_return 0;
}

awaitable<bool> connection::write(std::string_view bytes, std::chrono::milliseconds patience) {
    const moment deadline = deadline_in(patience + least_time_for(bytes.size()));
    while (!bytes.empty()) {
        begin_wait(state::busy, deadline);
        const auto [failed, written] = co_await socket_.async_write_some(
            boost::asio::buffer(bytes.data(), bytes.size()),
            as_results
        );
        end_wait();
        if (failed) co_return false;
        bytes.remove_prefix(written);
    }
    co_return true;
}

awaitable<> connection::linger() {
    boost::system::error_code ignored;
    socket_.shutdown(socket::shutdown_send, ignored);
    const moment end = deadline_in(linger_limit);
    for (std::size_t taken = 0; taken < linger_bytes_max;) {
        const moment deadline = std::min(end, deadline_in(linger_silence));
        const std::size_t bytes = co_await read_some(home_.discarded_, deadline);
        if (bytes == 0) break;
        taken += bytes;
    }
}

void connection::begin_wait(state as, moment deadline) noexcept {
    expired_ = false;
    state_ = as;
    deadline_ = deadline;
}

void connection::end_wait() noexcept {
    state_ = state::busy;
    deadline_ = moment::max();
}

bool connection::has_input() const noexcept {
    boost::system::error_code failed;
    return socket_.available(failed) != 0 && !failed;
}

void connection::expire() noexcept {
    expired_ = true;
    deadline_ = moment::max();
    boost::system::error_code ignored;
    socket_.cancel(ignored);
}

void connection::ask_to_leave() noexcept {
    leaving_ = true;
    boost::system::error_code ignored;
    if (state_ == state::idle) socket_.cancel(ignored);
}

void connection::close() noexcept {
    leaving_ = true;
    boost::system::error_code ignored;
    socket_.close(ignored);
}

void connections::add(connection& one) {
    if (!ticking_) start_tick();
    members_.push_back(one);
}

void connections::remove(connection& one) noexcept {
    members_.erase(members_.iterator_to(one));
    // Otherwise the next tick finds nobody, and ends the ticking: cheaper than a timer started for
    // each client.
    if (members_.empty() && leaving_) timer_.cancel();
}

void connections::start_tick() {
    ticking_ = true;
    now_ = std::chrono::steady_clock::now();
    timer_.expires_at(now_ + tick);
    timer_.async_wait([this](boost::system::error_code) {
        ticking_ = false;
        end_late_waits();
        if (!members_.empty()) start_tick();
    });
}

void connections::end_late_waits() noexcept {
    const auto now = std::chrono::steady_clock::now();
    for (connection& one : members_) {
        if (one.deadline_ <= now) one.expire();
    }
}

void connections::ask_to_leave() noexcept {
    leaving_ = true;
    for (connection& one : members_) one.ask_to_leave();
    if (members_.empty()) timer_.cancel();
}

void connections::close() noexcept {
    for (connection& one : members_) one.close();
}

}  // namespace memstore::net
