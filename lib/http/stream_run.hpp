#pragma once

#include "http/answer_stream.hpp"
#include "http/answer_writer.hpp"
#include "net/connection.hpp"
#include "net/read_buffer.hpp"
#include "net/waker.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>

namespace memstore::http {

/** Sends one stream, from its answer's header, which is with the writer already, to its end.

    A piece is written before the next is asked for, so that memory is bounded however slow the
    client. What the client sends meanwhile is kept for later, up to a limit.

    @par Threads  the session's
*/
class stream_run {
public:
    enum class ending : std::uint8_t {
        whole,  ///< all of it was sent
        cut,    ///< it broke: nothing must be sent behind it
        gone,   ///< the client has gone, or takes nothing any more
    };

    /// @param chunked  frames it; otherwise the end of the connection is its end
    stream_run(
        net::connection& connection,
        answer_writer& writer,
        net::read_buffer& in,
        std::unique_ptr<answer_stream> stream,
        bool chunked
    );

    net::awaitable<ending> run();

    /// How much of the body there was, its framing left out.
    std::uint64_t bytes() const noexcept { return bytes_; }

private:
    answer_stream::step fill();
    net::awaitable<bool> write();
    net::awaitable<bool> rest(net::connection::moment until);
    bool must_leave() const noexcept { return connection_.leaving() && stream_->endless(); }

    net::connection& connection_;
    answer_writer& writer_;
    net::read_buffer& in_;
    net::waker waker_;
    std::unique_ptr<answer_stream> stream_;  ///< goes before what wakes it
    std::uint64_t bytes_ = 0;
    bool chunked_;
    bool client_ended_ = false;
};

}  // namespace memstore::http
