#include "http/session.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace memstore::http {
namespace {

/// Answers to pipelined requests are written when they come to this.
constexpr std::size_t write_bytes = 65'536;

/// A body from here on is not copied behind its header.
constexpr std::size_t long_body_bytes = 16'384;

/// What each buffer of a session may keep from one request to the next.
constexpr std::size_t kept_bytes = 2 * write_bytes;
static_assert(kept_bytes <= body_budget::uncounted_bytes, "or those who are idle would use it up");

/// How long a client that was refused may go on sending what it has begun.
constexpr std::chrono::seconds linger_limit{10};

/// Beside a header and a body there can be what frames a chunk, and the beginning of another
/// request.
std::size_t buffer_bytes_max(const base::request_limits& limits) noexcept {
    return 2 * limits.header_bytes + limits.body_bytes + write_bytes;
}

problem request_timeout(std::chrono::milliseconds limit) {
    const auto ms = static_cast<std::uint64_t>(limit.count());
    std::string what =
        "the request did not arrive within " + std::to_string(ms) + " ms (timeouts.request)";
    const limit_violation violated{ms, ms, "timeouts.request"};
    return {status::request_timeout, "request_timeout", std::move(what), violated};
}

problem no_room_for_body(std::uint64_t limit, std::uint64_t actual) {
    std::string what =
        "there is no room for this body beside those that are coming in: limits.buffered is " +
        std::to_string(limit) + " bytes";
    const limit_violation violated{limit, actual, "limits.buffered"};
    return {status::unavailable, "overloaded", std::move(what), violated};
}

}  // namespace

session::session(
    net::socket&& peer,
    net::connections& neighbours,
    const site& whose,
    log::logger& log
)
    : site_(whose),
      log_(log),
      connection_(std::move(peer), neighbours),
      in_(buffer_bytes_max(whose.options.limits)),
      parser_(whose.options.limits),
      budget_(whose.bodies),
      dispatcher_(whose) {}

net::awaitable<> session::run() {
    for (next step = serve(); step != next::leave; step = serve()) {
        if (step == next::await_answer) {
            co_await pending_->wait(boost::asio::deferred);
            answer();
            continue;
        }
        if (!out_.empty()) {
            if (!write_at_once()) {
                const bool written = co_await write();
                if (!written) co_return;
            }
            // Whoever else is ready goes first: they are served before the kernel is asked again.
            co_await boost::asio::post(connection_.executor(), boost::asio::deferred);
        }
        if (step == next::read) co_await read();
    }
    abandon();
    const bool written = co_await write();
    if (written && ending_ == ending::after_answer) co_await connection_.linger(linger_limit);
}

/// Answers what is whole in the buffer, as far as that goes without waiting. @return what to wait
/// for
session::next session::serve() {
    while (ending_ == ending::none) {
        if (out_.size() >= write_bytes || !long_body_.empty()) return next::write;
        switch (parser_.parse(in_)) {
        case request_parser::progress::incomplete:
            if (const request* const asked = parser_.take_expectation()) answer_expectation(*asked);
            if (ending_ != ending::none) break;
            return next::read;
        case request_parser::progress::refused: refuse(parser_.refusal()); break;
        case request_parser::progress::complete:
            if (dispatch() != nullptr) return next::await_answer;
            answer();
            break;
        }
    }
    return next::leave;
}

async::one_shot_event* session::dispatch() {
    if (site_.options.access_log) asked_at_ = std::chrono::steady_clock::now();
    pending_ = dispatcher_.dispatch(parser_.current(), response_);
    return pending_;
}

void session::answer() {
    const request& asked = parser_.current();
    const bool keep_alive = asked.keep_alive && !connection_.leaving();
    const framing how{asked.http_1_1, keep_alive, asked.method == "HEAD"};
    append_answer(how, asked.method, asked.path);
    parser_.next(in_);
    request_deadline_.reset();
}

/// A body that changes nothing about the answer is not asked for; the connection ends, since it may
/// come all the same.
void session::answer_expectation(const request& asked) {
    if (site_.options.access_log) asked_at_ = std::chrono::steady_clock::now();
    if (dispatcher_.admit(asked, response_)) {
        out_.append("HTTP/1.1 100 Continue\r\n\r\n");
    } else {
        const framing how{.keep_alive = false, .body_left_out = asked.method == "HEAD"};
        append_answer(how, asked.method, asked.path);
    }
}

void session::refuse(const problem& why) {
    if (site_.options.access_log) asked_at_ = std::chrono::steady_clock::now();
    response_.clear();
    response_.assign(why);
    const request* const asked = parser_.known(in_);
    if (asked != nullptr) dispatcher_.admit_reader(*asked, response_);
    const framing how{
        .keep_alive = false,
        .body_left_out = asked != nullptr && asked->method == "HEAD"};
    append_answer(
        how,
        asked != nullptr ? asked->method : "-",
        asked != nullptr ? asked->path : "-"
    );
}

void session::append_answer(const framing& how, std::string_view method, std::string_view path) {
    append_head(out_, response_, how);
    if (!how.keep_alive) ending_ = ending::after_answer;
    if (site_.options.access_log) log_access(method, path);
    if (!how.body_left_out && has_body(response_.code)) append_body();
}

/// A long body is written from where it is, after what is in out_; a copy would cost more than a
/// second buffer.
void session::append_body() {
    if (response_.body.size() < long_body_bytes) {
        out_.append(response_.body);
    } else {
        long_body_ = std::move(response_.body);
    }
}

/// Writes the answers given so far, where the kernel takes them: nearly always, and then there is
/// nothing to wait for. @return whether nothing of them is left
bool session::write_at_once() {
    trim_input();
    written_ = connection_.write_now(out_, long_body_);
    if (written_ < out_.size() + long_body_.size()) return false;
    forget_output();
    return true;
}

/// Writes the rest of them. @return false when the client is gone, or takes nothing any more
net::awaitable<bool> session::write() {
    const std::string_view head = std::string_view{out_}.substr(std::min(written_, out_.size()));
    const std::size_t written_of_body = written_ - (out_.size() - head.size());
    const std::string_view body = std::string_view{long_body_}.substr(written_of_body);
    bool written = co_await connection_.write(head, site_.options.request_timeout);
    if (written) written = co_await connection_.write(body, site_.options.request_timeout);
    forget_output();
    co_return written;
}

net::awaitable<> session::read() {
    const auto room = in_.room();
    const auto too_much = budget_.resize(buffered());
    if (too_much) {
        refuse(no_room_for_body(site_.bodies.bytes_max(), *too_much));
        co_return;
    }
    std::size_t bytes = 0;
    if (in_.empty()) {
        bytes = co_await connection_.read_idle(
            room,
            connection_.deadline_in(site_.options.idle_timeout)
        );
    } else {
        if (!request_deadline_)
            request_deadline_ = connection_.deadline_in(site_.options.request_timeout);
        bytes = co_await connection_.read_some(room, *request_deadline_);
    }
    in_.commit(bytes);
    if (bytes == 0) end_unfinished();
}

/// Nothing more will come: a client that began a request is told why it has no answer, one that is
/// idle or gone is left.
void session::end_unfinished() {
    if (!in_.empty() && connection_.expired()) {
        refuse(request_timeout(site_.options.request_timeout));
    } else if (!in_.empty() && connection_.ended()) {
        refuse(parser_.missing(in_));
    } else {
        ending_ = ending::silent;
    }
}

/// Gives back what large requests needed, once they are answered: before the answers are written,
/// for their reader may take its time.
void session::trim_input() noexcept {
    if (buffered() <= kept_bytes || !in_.empty()) return;
    in_.trim();
    parser_.trim();
    dispatcher_.trim();
    budget_.resize(buffered());
}

/// Forgets what was written, and gives back what large answers needed.
void session::forget_output() noexcept {
    out_.clear();
    long_body_.clear();
    written_ = 0;
    if (out_.capacity() > kept_bytes) std::string{}.swap(out_);
    if (long_body_.capacity() > kept_bytes) std::string{}.swap(long_body_);
    if (response_.body.capacity() > kept_bytes) std::string{}.swap(response_.body);
}

/// Gives back all that requests needed, when none will follow.
void session::abandon() noexcept {
    in_.consume(in_.unread().size());
    in_.trim();
    parser_.abandon();
    dispatcher_.trim();
    budget_.resize(buffered());
}

void session::log_access(std::string_view method, std::string_view path) noexcept {
    const auto taken = std::chrono::steady_clock::now() - asked_at_;
    const auto us = std::chrono::duration_cast<std::chrono::microseconds>(taken).count();
    log_.info(
        "access",
        {{"method", method},
         {"path", path},
         {"status", std::uint64_t{static_cast<std::uint16_t>(response_.code)}},
         {"bytes", std::uint64_t{response_.body.size()}},
         {"us", std::int64_t{us}}}
    );
}

}  // namespace memstore::http
