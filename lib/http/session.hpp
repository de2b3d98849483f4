#pragma once

#include "async/one_shot_event.hpp"
#include "http/answer_writer.hpp"
#include "http/body_budget.hpp"
#include "http/body_reader.hpp"
#include "http/dispatcher.hpp"
#include "http/request_meter.hpp"
#include "http/request_parser.hpp"
#include "http/response.hpp"
#include "log/logger.hpp"
#include "net/client_network.hpp"
#include "net/connection.hpp"
#include "net/read_buffer.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace memstore::http {

/** One client's connection, from its first request to its last.

    Requests are answered one at a time, in order. All that are whole in the buffer are answered
    before anything is written, so that pipelined requests share a write.

    @par Threads  that of its io_context only
*/
class session {
public:
    session(
        net::descriptor&& peer,
        net::client_network from,
        net::connections& neighbours,
        const site& whose,
        request_meter& meter,
        log::logger& log
    );

    /// Serves the client until either side ends it. The session must live until this completes.
    net::awaitable<> run();

private:
    /// The present request, for the access log.
    struct access {
        std::string method;
        std::string path;
        std::string id;
    };

    enum class next : std::uint8_t { read, write, await_engine, stream, leave };
    enum class ending : std::uint8_t { none, silent, after_answer };

    next serve();
    void serve_request();
    void go_on();
    void answer();
    void open_body();
    void feed_body();
    void look_ahead();
    void refuse_early(const request& asked);
    void refuse(const problem& why);
    void append_answer(const framing& how, const request* asked);
    net::awaitable<bool> send_stream();
    net::awaitable<> read();
    bool count_buffered(body_budget::part of);
    void end_unfinished();
    void trim() noexcept;
    void abandon() noexcept;
    std::size_t buffered() const noexcept {
        return in_.capacity() + parser_.capacity() + body_.capacity();
    }
    void begin_request() noexcept;
    void count();
    void note_slow(std::string_view id, const request* asked);
    void log_access(std::uint64_t bytes) noexcept;

    const site& site_;
    request_meter& meter_;
    log::logger& log_;
    net::connection connection_;
    net::read_buffer in_;
    request_parser parser_;
    body_budget::share budget_;  ///< what in_, parser_ and body_ hold, and a long answer
    dispatcher dispatcher_;
    body_reader body_;
    response response_;
    async::one_shot_event* pending_ = nullptr;  ///< what the present request waits for
    answer_writer writer_;
    std::optional<net::connection::moment>
        request_deadline_;                         ///< of the request that is on its way in
    std::chrono::steady_clock::time_point began_;  ///< the present request
    std::chrono::steady_clock::time_point ended_;  ///< when the last was answered
    bool waited_ = true;                           ///< since then
    access access_;
    bool known_ = false;   ///< whose the request on its way in is, by its token
    bool chunked_ = true;  ///< how the present answer's stream is framed
    ending ending_ = ending::none;
};

}  // namespace memstore::http
