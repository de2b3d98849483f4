#include "net/connection.hpp"

#include <boost/asio/deferred.hpp>

#include <algorithm>
#include <ctime>
#include <optional>
#include <string>
#include <utility>

namespace memstore::net {
namespace {

constexpr std::chrono::seconds linger_silence{1};
constexpr std::chrono::milliseconds linger_when_leaving{1000};
constexpr std::size_t linger_bytes_max = 134'217'728;

/// One who reads slowly tells of it now and then only, when a good part of its buffer is free.
constexpr std::chrono::milliseconds stall_min{1000};

/// How long one who could not come in may take to read why.
constexpr std::chrono::milliseconds patience_at_the_door{1000};

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

connection::connection(descriptor&& peer, connections& home)
    : socket_(std::move(peer), home.sockets_), home_(home) {
    if (home_.tls_ != nullptr) tls_ = std::make_unique<tls_stream>(socket_, home_.tls_->server);
    home_.add(*this);
}

connection::~connection() { home_.remove(*this); }

connection::moment connection::deadline_in(std::chrono::milliseconds limit) const noexcept {
    return rough_now() + limit + connections::tick;
}

awaitable<std::size_t> connection::read_some(std::span<char> into, moment deadline) {
    if (tls_ != nullptr) {
        expired_ = false;
        const std::size_t held = take_held(into);
        if (held != 0 || tls_->over()) co_return held;
    }
    do {
        begin_wait(state::busy, deadline);
        co_await socket_.wait_readable(boost::asio::deferred);
        end_wait();
        if (expired_) co_return 0;
        const std::size_t bytes = take(into);
        if (bytes != 0) co_return bytes;
    } while (!input_over());
    co_return 0;
}

awaitable<std::size_t> connection::read_idle(std::span<char> into, moment deadline) {
    if (must_shake_hands()) {
        const bool in = co_await shake_hands(deadline_in(home_.tls_->handshake_limit));
        if (!in) co_return 0;
    }
    if (tls_ != nullptr) {
        expired_ = false;
        const std::size_t held = take_held(into);
        if (held != 0 || tls_->over()) co_return held;
    }
    do {
        if (!leaving_) {
            begin_wait(state::idle, deadline);
            co_await socket_.wait_readable(boost::asio::deferred);
            end_wait();
            if (expired_) co_return 0;
        }
        // What arrived just before we were asked to leave is still read.
        const std::size_t bytes = take(into);
        if (bytes != 0) co_return bytes;
    } while (!input_over() && !leaving_);
    co_return 0;
}

awaitable<std::optional<std::size_t>> connection::rest(std::span<char> into, moment until) {
    if (tls_ != nullptr) {
        const std::size_t held = take_held(into);
        if (held != 0) co_return held;
    }
    begin_wait(state::resting, until);
    if (into.empty()) {
        co_await socket_.wait_broken(boost::asio::deferred);
    } else {
        co_await socket_.wait_readable(boost::asio::deferred);
    }
    end_wait();
    const std::size_t bytes = into.empty() ? 0 : take(into);
    if (bytes == 0 && broken()) co_return std::nullopt;
    co_return bytes;
}

void connection::interrupt() noexcept {
    if (state_ == state::resting) socket_.cancel();
}

void connection::reset() noexcept { socket_.reset(); }

std::size_t connection::write_now(std::string_view first, std::string_view second) noexcept {
    return must_shake_hands() ? 0 : put(first, second);
}

awaitable<bool> connection::write(std::string_view bytes, std::chrono::milliseconds patience) {
    const moment deadline = deadline_in(patience + least_time_for(bytes.size()));
    if (must_shake_hands() && !bytes.empty()) {
        const moment limit = std::min(deadline, deadline_in(home_.tls_->handshake_limit));
        const bool in = co_await shake_hands(limit);
        if (!in) co_return false;
    }
    while (!bytes.empty()) {
        if (!socket_.writable()) {
            const bool taken = co_await wait_for_taker(patience, deadline);
            if (!taken) co_return false;
        }
        const std::size_t written = put(bytes, {});
        if (written == 0 && output_over()) co_return false;
        bytes.remove_prefix(written);
    }
    co_return true;
}

/// Waits until there is room to write. The kernel tells of much room only: so one who takes little
/// is known by what it has left.
/// @return false when the client has taken nothing within `patience`, or not all by the deadline
awaitable<bool> connection::wait_for_taker(std::chrono::milliseconds patience, moment deadline) {
    while (true) {
        const std::size_t before = socket_.untaken();
        const moment stalled = deadline_in(std::max(patience, stall_min));
        begin_wait(state::busy, std::min(deadline, stalled));
        co_await socket_.wait_writable(boost::asio::deferred);
        end_wait();
        if (!expired_) co_return true;
        if (socket_.untaken() >= before || rough_now() >= deadline) co_return false;
    }
}

awaitable<> connection::linger(std::chrono::milliseconds limit) {
    linger_end_ = deadline_in(leaving_ ? std::min(limit, linger_when_leaving) : limit);
    if (tls_ != nullptr) co_await finish_tls();
    tls_.reset();  // what still comes need not be understood
    socket_.finish_writing();
    for (std::size_t taken = 0; taken < linger_bytes_max;) {
        const moment deadline = std::min(linger_end_, deadline_in(linger_silence));
        const std::size_t bytes = co_await read_some(home_.discarded_, deadline);
        if (bytes == 0) break;
        taken += bytes;
    }
}

/// Says that this is the end in order, behind an answer that may fill the socket still: without
/// that word a client cannot tell it from one that was cut off.
awaitable<> connection::finish_tls() {
    while (!tls_->finish()) {
        const std::size_t before = socket_.untaken();
        begin_wait(state::busy, std::min(linger_end_, deadline_in(linger_silence)));
        co_await socket_.wait_writable(boost::asio::deferred);
        end_wait();
        const bool stalled = expired_ && socket_.untaken() >= before;
        if (stalled || rough_now() >= linger_end_) co_return;
    }
}

std::size_t connection::take(std::span<char> into) noexcept {
    const std::size_t bytes = tls_ != nullptr ? tls_->read(into) : socket_.read(into);
    home_.bytes_in_.add(bytes);
    return bytes;
}

/// What TLS has understood already.
std::size_t connection::take_held(std::span<char> into) noexcept {
    const std::size_t bytes = tls_->read_held(into);
    home_.bytes_in_.add(bytes);
    return bytes;
}

std::size_t connection::put(std::string_view first, std::string_view second) noexcept {
    const std::size_t bytes =
        tls_ != nullptr ? tls_->write(first, second) : socket_.write(first, second);
    home_.bytes_out_.add(bytes);
    return bytes;
}

/// Whether a take() that came to nothing was the last.
bool connection::input_over() const noexcept {
    return tls_ != nullptr ? tls_->over() : socket_.readable();
}

/// The same of put().
bool connection::output_over() const noexcept {
    return tls_ != nullptr ? tls_->broken() : socket_.writable();
}

bool connection::broken() const noexcept {
    return socket_.broken() || (tls_ != nullptr && tls_->broken());
}

/// @return false when the client is not in: there is nobody to read from
awaitable<bool> connection::shake_hands(moment deadline) {
    using shaken = tls_stream::shaken;
    if (tls_->broken()) co_return false;
    shaken now = shaken::wants_read;
    while (now == shaken::wants_read || now == shaken::wants_write) {
        co_await wait_for(now, deadline);
        if (expired_ || leaving_) co_return false;
        now = tls_->shake_hands();
    }
    if (now == shaken::done) co_return true;
    co_await turn_away(now == shaken::plain);
    co_return false;
}

awaitable<> connection::wait_for(tls_stream::shaken what, moment deadline) {
    begin_wait(state::idle, deadline);
    if (what == tls_stream::shaken::wants_read) {
        co_await socket_.wait_readable(boost::asio::deferred);
    } else {
        co_await socket_.wait_writable(boost::asio::deferred);
    }
    end_wait();
}

/// Lets one who cannot come in read why.
awaitable<> connection::turn_away(bool plain) {
    if (plain) {
        const std::string answer = home_.tls_->plain_answer();
        socket_.write(answer);
    }
    co_await linger(patience_at_the_door);
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

void connection::expire() noexcept {
    expired_ = true;
    deadline_ = moment::max();
    socket_.cancel();
}

void connection::ask_to_leave() noexcept {
    leaving_ = true;
    linger_end_ = std::min(linger_end_, deadline_in(linger_when_leaving));
    if (state_ != state::busy) socket_.cancel();
}

void connection::close() noexcept {
    leaving_ = true;
    socket_.close();
}

void connections::add(connection& one) {
    if (!ticking_) start_tick();
    members_.push_back(one);
    accepted_.add();
}

void connections::remove(connection& one) noexcept {
    members_.erase(members_.iterator_to(one));
    left_.add();
    // Otherwise the next tick finds nobody, and ends the ticking: cheaper than a timer started for
    // each client.
    if (members_.empty() && leaving_) timer_.cancel();
}

void connections::start_tick() {
    timer_.expires_after(tick);
    timer_.async_wait([this](boost::system::error_code) {
        ticking_ = false;
        end_late_waits();
        if (!members_.empty()) start_tick();
    });
    ticking_ = true;
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
