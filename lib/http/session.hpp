#pragma once

#include "async/one_shot_event.hpp"
#include "http/body_budget.hpp"
#include "http/dispatcher.hpp"
#include "http/request_parser.hpp"
#include "http/response.hpp"
#include "log/logger.hpp"
#include "net/connection.hpp"
#include "net/read_buffer.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace memstore::http {

/** One client's connection, from its first request to its last.

    Requests are answered one at a time, in order. All that are whole in the buffer are answered
    before anything is written, so that pipelined requests share a write.

    @par Threads  that of its io_context only
*/
class session {
public:
    session(net::socket&& peer, net::connections& neighbours, const site& whose, log::logger& log);

    /// Serves the client until either side ends it. The session must live until this completes.
    net::awaitable<> run();

private:
    enum class next : std::uint8_t { read, write, await_answer, leave };
    enum class ending : std::uint8_t { none, silent, after_answer };

    next serve();
    async::one_shot_event* dispatch();
    void answer();
    void answer_expectation(const request& asked);
    void refuse(const problem& why);
    void append_answer(const framing& how, std::string_view method, std::string_view path);
    void append_body();
    bool write_at_once();
    net::awaitable<bool> write();
    net::awaitable<> read();
    void end_unfinished();
    void trim_input() noexcept;
    void forget_output() noexcept;
    void abandon() noexcept;
    std::size_t buffered() const noexcept { return in_.capacity() + parser_.capacity(); }
    void log_access(std::string_view method, std::string_view path) noexcept;

    const site& site_;
    log::logger& log_;
    net::connection connection_;
    net::read_buffer in_;
    request_parser parser_;
    body_budget::share budget_;  ///< what in_ and parser_ hold
    dispatcher dispatcher_;
    async::one_shot_event* pending_ = nullptr;  ///< what the present request waits for
    response response_;
    std::string out_;
    std::string long_body_;    ///< what is to be written after out_
    std::size_t written_ = 0;  ///< of both
    std::optional<net::connection::moment>
        request_deadline_;  ///< of the request that is on its way in
    std::chrono::steady_clock::time_point asked_at_ =
        {};  ///< of the present request; for the access log
    ending ending_ = ending::none;
};

}  // namespace memstore::http
