#include "net/connection.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>

#include <algorithm>
#include <array>
#include <ctime>
#include <optional>
#include <utility>

namespace memstore::net {
namespace {

constexpr std::chrono::seconds linger_silence{1};
constexpr std::chrono::milliseconds linger_when_leaving{1000};
constexpr std::size_t linger_bytes_max = 134'217'728;

std::chrono::milliseconds least_time_for(std::size_t bytes) noexcept {
    constexpr std::size_t ms_per_second = 1000;
    return std::chrono::milliseconds{
        bytes * ms_per_second / connection::write_bytes_per_second_min};
}

/// The steady clock as of some milliseconds ago at most: an exact reading costs four times as much.
connection::moment rough_now() noexcept {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return connection::moment{
        std::chrono::seconds{now.tv_sec} + std::chrono::nanoseconds{now.tv_nsec}};
}

}  // namespace

connection::connection(socket&& peer, connections& home) : socket_(std::move(peer)), home_(home) {
    boost::system::error_code ignored;
    socket_.non_blocking(true, ignored);
    home_.add(*this);
}

connection::~connection() { home_.remove(*this); }

connection::moment connection::deadline_in(std::chrono::milliseconds limit) const noexcept {
    return rough_now() + limit + connections::tick;
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

awaitable<std::optional<std::size_t>> connection::rest(std::span<char> into, moment until) {
    begin_wait(state::resting, until);
    boost::system::error_code failed;
    std::size_t bytes = 0;
    if (into.empty()) {
        const auto [ended] = co_await socket_.async_wait(socket::wait_error, as_results);
        failed = ended ? ended : boost::asio::error::connection_reset;
    } else {
        const auto [ended, read] = co_await socket_.async_read_some(
            boost::asio::buffer(into.data(), into.size()),
            as_results
        );
        failed = ended;
        bytes = read;
    }
    end_wait();
    ended_ = failed == boost::asio::error::eof;
    if (failed && !ended_ && failed != boost::asio::error::operation_aborted) {
        co_return std::nullopt;
    }
    co_return bytes;
}

void connection::interrupt() noexcept {
    boost::system::error_code ignored;
    if (state_ == state::resting) socket_.cancel(ignored);
}

void connection::reset() noexcept {
    boost::system::error_code ignored;
    socket_.set_option(socket::linger{true, 0}, ignored);
    socket_.close(ignored);
}

std::size_t connection::write_now(std::string_view first, std::string_view second) noexcept {
    boost::system::error_code not_all;
    const auto one = boost::asio::buffer(first.data(), first.size());
    if (second.empty()) return socket_.write_some(one, not_all);  // a cheaper system call
    const std::array both{one, boost::asio::buffer(second.data(), second.size())};
    return socket_.write_some(both, not_all);
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

awaitable<> connection::linger(std::chrono::milliseconds limit) {
    boost::system::error_code ignored;
    socket_.shutdown(socket::shutdown_send, ignored);
    linger_end_ = deadline_in(leaving_ ? std::min(limit, linger_when_leaving) : limit);
    for (std::size_t taken = 0; taken < linger_bytes_max;) {
        const moment deadline = std::min(linger_end_, deadline_in(linger_silence));
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
    linger_end_ = std::min(linger_end_, deadline_in(linger_when_leaving));
    boost::system::error_code ignored;
    if (state_ != state::busy) socket_.cancel(ignored);
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
    timer_.expires_after(tick);
    timer_.async_wait([this](boost::system::error_code) {
        ticking_ = false;
        end_late_waits();
        if (!members_.empty()) start_tick();
    });
}

void connections::end_late_waits() noexcept {
    const auto now = std::chrono::steady_clock::now();
    const auto late = now - timer_.expiry();
    if (late > tick) postpone_deadlines(late);
    for (connection& one : members_) {
        if (one.deadline_ <= now) one.expire();
    }
}

/// While a handler ran long nobody was read from: that is not the clients' time.
void connections::postpone_deadlines(std::chrono::steady_clock::duration late) noexcept {
    for (connection& one : members_) {
        if (one.deadline_ != connection::moment::max()) one.deadline_ += late;
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
