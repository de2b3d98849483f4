#include "http/session.hpp"

#include "http/stream_run.hpp"

#include <boost/asio/post.hpp>

#include <string>
#include <string_view>
#include <utility>

namespace memstore::http {
namespace {

using part = body_budget::part;

/// What each buffer of a session may keep from one request to the next.
constexpr std::size_t kept_bytes = answer_writer::kept_bytes;
static_assert(kept_bytes <= body_budget::uncounted_bytes, "or those who are idle would use it up");

/// How much of a body in pieces is read at a time.
constexpr std::size_t piece_bytes = 32'768;

/// Beside the largest request there may be so much of others.
constexpr std::size_t pipelined_bytes = 65'536;

/// How long a client that was refused may go on sending what it has begun.
constexpr std::chrono::seconds linger_limit{10};

/// Beside a header and a body there can be what frames a chunk, and the beginning of another
/// request.
std::size_t buffer_bytes_max(const base::request_limits& limits) noexcept {
    return 2 * limits.header_bytes + limits.body_bytes + pipelined_bytes;
}

problem request_timeout(std::string_view what, std::chrono::milliseconds limit) {
    const auto ms = static_cast<std::uint64_t>(limit.count());
    std::string text{what};
    text.append(" within ").append(std::to_string(ms)).append(" ms (timeouts.request)");
    const limit_violation violated{ms, ms, "timeouts.request"};
    return {status::request_timeout, "request_timeout", std::move(text), violated};
}

problem no_room(part of, const body_budget& all, std::uint64_t actual) {
    const std::uint64_t limit = all.bytes_max(of);
    std::string what =
        of == part::whole
            ? "there is no room for this body beside those that are coming in: limits.buffered is "
            : "there is no room for more that shows no token: half of limits.buffered is ";
    what.append(std::to_string(limit)).append(" bytes");
    const limit_violation violated{limit, actual, "limits.buffered"};
    return {status::unavailable, "overloaded", std::move(what), violated};
}

}  // namespace

session::session(
    net::descriptor&& peer,
    net::client_network from,
    net::connections& neighbours,
    const site& whose,
    request_meter& meter,
    log::logger& log
)
    : site_(whose),
      meter_(meter),
      log_(log),
      connection_(std::move(peer), neighbours),
      in_(buffer_bytes_max(whose.options.limits)),
      parser_(
          whose.options.limits,
          [&routes = whose.routes](std::string_view method, std::string_view path) {
              return routes.takes_pieces(method, path);
          }
      ),
      budget_(whose.bodies),
      dispatcher_(whose, from, meter),
      writer_(connection_, whose.options.request_timeout) {
    response_.counted = &budget_;
}

net::awaitable<> session::run() {
    for (next step = serve(); step != next::leave; step = serve()) {
        waited_ = true;
        if (step == next::await_engine) {
            co_await pending_->wait(boost::asio::deferred);
            go_on();
            continue;
        }
        if (step == next::stream) {
            const bool stays = co_await send_stream();
            if (!stays) co_return;
            continue;
        }
        if (!writer_.empty()) {
            trim();
            if (!writer_.write_at_once()) {
                const bool written = co_await writer_.write();
                if (!written) co_return;
            }
            budget_.resize_answer(0);
        }
        if (step == next::read) {
            co_await read();
        } else {  // whoever else is ready goes first
            co_await boost::asio::post(connection_.executor(), boost::asio::deferred);
        }
    }
    abandon();
    const bool written = co_await writer_.write();
    if (written && ending_ == ending::after_answer) co_await connection_.linger(linger_limit);
}

/// Answers what is whole in the buffer, as far as that goes without waiting. @return what to wait
/// for
session::next session::serve() {
    while (pending_ == nullptr && response_.stream == nullptr && ending_ == ending::none) {
        if (writer_.full()) return next::write;
        switch (parser_.parse(in_)) {
        case request_parser::progress::incomplete:
            look_ahead();
            if (ending_ != ending::none) break;
            return next::read;
        case request_parser::progress::refused: refuse(parser_.refusal()); break;
        case request_parser::progress::opened: open_body(); break;
        case request_parser::progress::piece:
            body_.offer(parser_.piece());
            feed_body();
            break;
        case request_parser::progress::complete: serve_request(); break;
        }
    }
    if (pending_ != nullptr) return next::await_engine;
    return response_.stream != nullptr ? next::stream : next::leave;
}

void session::serve_request() {
    if (body_.active()) {
        body_.end();
        return feed_body();
    }
    // What its last chunks took has not been counted.
    if (parser_.capacity() > kept_bytes && !count_buffered(part::whole)) return;
    begin_request();
    pending_ = dispatcher_.dispatch(parser_.current(), response_);
    if (pending_ == nullptr) answer();
}

/// Goes on with the request that the engine was at.
void session::go_on() {
    pending_ = nullptr;
    if (body_.active()) {
        feed_body();
    } else {
        answer();
    }
}

/// Answers the request that is complete.
void session::answer() {
    const request& asked = parser_.current();
    const bool streamed_to_the_end = response_.stream != nullptr && !asked.http_1_1;
    const bool keep_alive = asked.keep_alive && !connection_.leaving() && !streamed_to_the_end;
    append_answer({asked.http_1_1, keep_alive, asked.method == "HEAD"}, &asked);
    parser_.next(in_);
    request_deadline_.reset();
    known_ = false;
}

void session::open_body() {
    begin_request();
    auto sink = dispatcher_.open(parser_.current(), response_);
    if (sink == nullptr) return append_answer({.keep_alive = false}, &parser_.current());
    known_ = parser_.current().caller != nullptr;
    body_.begin(std::move(sink));
}

void session::feed_body() {
    pending_ = body_.advance(response_);
    if (pending_ != nullptr || !body_.answered()) return;
    if (body_.ended()) {
        answer();
    } else {
        append_answer({.keep_alive = false}, parser_.known(in_));
    }
    body_.reset();
}

/// Judges a request whose body is not all here by its header, once: a body that would change
/// nothing about the answer is not waited for, and takes up no room.
void session::look_ahead() {
    if (request* const asked = parser_.take_header(in_)) {
        begin_request();
        if (!dispatcher_.admit(*asked, response_)) return refuse_early(*asked);
        known_ = asked->caller != nullptr;
    }
    if (parser_.take_expectation()) writer_.text().append("HTTP/1.1 100 Continue\r\n\r\n");
}

/// Ends the connection: a body that is on its way is not waited for, and what stands in it is no
/// request.
void session::refuse_early(const request& asked) {
    append_answer({asked.http_1_1, false, asked.method == "HEAD"}, &asked);
}

/// Answers with why there is no request, or not all of it: nothing of the connection means anything
/// any more.
void session::refuse(const problem& why) {
    if (!body_.active()) begin_request();
    body_.reset();
    response_.clear();
    response_.assign(why);
    const request* const asked = parser_.known(in_);
    if (asked != nullptr) dispatcher_.admit_reader(*asked, response_);
    const bool head = asked != nullptr && asked->method == "HEAD";
    append_answer({.keep_alive = false, .body_left_out = head}, asked);
}

/// @param asked  nullptr where nobody knows
void session::append_answer(const framing& how, const request* asked) {
    ended_ = std::chrono::steady_clock::now();
    const bool slow = site_.slow.is_slow(ended_ - began_);
    std::string id{asked != nullptr ? asked->request_id : std::string_view{}};
    if (id.empty() && (slow || site_.options.access_log)) id = site_.ids.next();
    if (slow) note_slow(id, asked);
    if (response_.withheld) {
        ending_ = ending::silent;
        return;
    }
    count();
    if (response_.way.traced && response_.way.what != nullptr) {
        append_trace(response_.body, response_.way.times(began_, ended_));
    }
    response_.request_id = id;
    const std::uint64_t body_bytes = response_.body.size();
    writer_.append(response_, how);
    response_.request_id = {};
    if (!how.keep_alive) ending_ = ending::after_answer;
    if (how.body_left_out) response_.stream.reset();
    chunked_ = how.http_1_1;
    if (!site_.options.access_log) return;
    access_.method = asked != nullptr ? asked->method : "-";
    access_.path = asked != nullptr ? asked->path : "-";
    access_.id = std::move(id);
    if (response_.stream == nullptr) log_access(body_bytes);
}

/// @return false when there is nobody left to serve
net::awaitable<bool> session::send_stream() {
    trim();
    budget_.resize_answer(0);
    auto stream = std::move(response_.stream);
    stream_run sending{connection_, writer_, in_, std::move(stream), chunked_};
    const auto end = co_await sending.run();
    if (site_.options.access_log) log_access(sending.bytes());
    if (end == stream_run::ending::whole) co_return true;
    if (end == stream_run::ending::gone) co_return false;
    // Where the end of the connection is that of the body, it must be none in order.
    if (!chunked_) connection_.reset();
    ending_ = ending::after_answer;
    co_return chunked_;
}

net::awaitable<> session::read() {
    const auto room = body_.active() ? in_.room(piece_bytes) : in_.room(1, parser_.announced());
    if (!count_buffered(known_ || site_.tokens == nullptr ? part::whole : part::half)) co_return;
    std::size_t bytes = 0;
    if (in_.empty()) {
        bytes = co_await connection_.read_idle(
            room,
            connection_.deadline_in(site_.options.idle_timeout)
        );
    } else {
        // A body in pieces takes as long as it takes, while there is progress.
        if (!request_deadline_ || body_.active())
            request_deadline_ = connection_.deadline_in(site_.options.request_timeout);
        bytes = co_await connection_.read_some(room, *request_deadline_);
    }
    in_.commit(bytes);
    if (bytes == 0) end_unfinished();
}

/// Counts what is held of requests. @return false when it was too much, and refused
bool session::count_buffered(body_budget::part of) {
    const auto too_much = budget_.resize(buffered(), of);
    if (too_much) refuse(no_room(of, site_.bodies, *too_much));
    return !too_much;
}

/// Nothing more will come: a client that began a request is told why it has no answer, one that is
/// idle or gone is left.
void session::end_unfinished() {
    if (!in_.empty() && connection_.expired()) {
        const std::string_view what =
            body_.active() ? "nothing more of the body came" : "the request did not arrive";
        refuse(request_timeout(what, site_.options.request_timeout));
    } else if (!in_.empty() && connection_.ended()) {
        refuse(parser_.missing(in_));
    } else {
        ending_ = ending::silent;
    }
}

/// Gives back what large requests needed, once they are answered: before the answers are written,
/// for their reader may take its time.
void session::trim() noexcept {
    if (response_.body.capacity() > kept_bytes) std::string{}.swap(response_.body);
    if (buffered() <= kept_bytes || !in_.empty()) return;
    in_.trim();
    parser_.trim();
    dispatcher_.trim();
    budget_.resize(buffered());
}

/// Gives back all that requests needed, when none will follow.
void session::abandon() noexcept {
    in_.consume(in_.unread().size());
    in_.trim();
    parser_.abandon();
    dispatcher_.trim();
    budget_.resize(buffered());
}

/// One that came together with the one before begins when that is answered.
void session::begin_request() noexcept {
    began_ = waited_ ? std::chrono::steady_clock::now() : ended_;
    waited_ = false;
    dispatcher_.begin(began_);
}

void session::count() {
    meter_.note(dispatcher_.latest_action(), response_.code, ended_ - began_);
    if (!response_.error.empty()) meter_.note_refusal(response_.error);
}

void session::note_slow(std::string_view id, const request* asked) {
    const std::size_t action = dispatcher_.latest_action();
    const course& way = response_.way;
    slow_request one{
        .id = std::string{id},
        .answered = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()),
        .method = std::string{asked != nullptr ? asked->method : "-"},
        .route = action < site_.routes.actions() ? site_.routes.label_of(action).path : "",
        .answer = std::nullopt,
        .error = response_.error,
        .took = std::chrono::duration_cast<std::chrono::microseconds>(ended_ - began_),
        .stages = std::nullopt,
        .commands = 0,
        .keys = {}};
    if (!response_.withheld) one.answer = response_.code;
    if (way.what != nullptr) {
        one.stages = way.times(began_, ended_);
        one.commands = commands_of(*way.what);
        one.keys = first_keys(*way.what);
    }
    site_.slow.add(std::move(one));
}

void session::log_access(std::uint64_t bytes) noexcept {
    const auto taken = std::chrono::steady_clock::now() - began_;
    const auto us = std::chrono::duration_cast<std::chrono::microseconds>(taken).count();
    log_.info(
        "access",
        {{"method", access_.method},
         {"path", access_.path},
         {"status", std::uint64_t{static_cast<std::uint16_t>(response_.code)}},
         {"bytes", bytes},
         {"us", std::int64_t{us}},
         {"id", access_.id}}
    );
}

}  // namespace memstore::http
