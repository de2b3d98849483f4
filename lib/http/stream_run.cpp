#include "http/stream_run.hpp"

#include "async/one_shot_event.hpp"

#include <boost/asio/post.hpp>

#include <span>
#include <string>
#include <utility>

namespace memstore::http {
namespace {

/// How much of what a client sends behind its request is kept while it is answered. What is beyond
/// that stays with the kernel.
constexpr std::size_t pipelined_bytes_max = 65'536;

/// Stands before a chunk until its size is known; a size may begin with zeros.
constexpr std::string_view chunk_header = "00000000\r\n";
constexpr std::size_t chunk_size_digits = 8;

constexpr std::string_view last_chunk = "0\r\n\r\n";

void write_chunk_size(char* digits, std::size_t size) noexcept {
    for (std::size_t at = chunk_size_digits; at > 0; --at, size >>= 4) {
        digits[at - 1] = "0123456789abcdef"[size & 0xf];
    }
}

}  // namespace

stream_run::stream_run(
    net::connection& connection,
    answer_writer& writer,
    net::read_buffer& in,
    std::unique_ptr<answer_stream> stream,
    bool chunked
)
    : connection_(connection),
      writer_(writer),
      in_(in),
      waker_(connection),
      stream_(std::move(stream)),
      chunked_(chunked) {}

net::awaitable<stream_run::ending> stream_run::run() {
    using state = answer_stream::state;
    stream_->begin(waker_);
    while (true) {
        waker_.reset();
        const bool last = must_leave();
        const answer_stream::step step = fill();
        const bool over = step.now == state::ended || (last && step.now == state::quiet);
        if (over && chunked_) writer_.text().append(last_chunk);
        const bool written = co_await write();
        if (!written) co_return ending::gone;
        if (over) co_return ending::whole;
        if (step.now == state::broken) co_return ending::cut;
        if (step.now == state::waiting) co_await step.done->wait(boost::asio::deferred);
        if (step.now == state::quiet) {
            const bool stays = co_await rest(step.until);
            if (!stays) co_return ending::gone;
        }
    }
}

/// Appends what the stream has, as a chunk.
answer_stream::step stream_run::fill() {
    std::string& out = writer_.text();
    const std::size_t header = out.size();
    if (chunked_) out.append(chunk_header);
    const std::size_t begin = out.size();
    const answer_stream::step step = stream_->fill(out, must_leave());
    const std::size_t size = out.size() - begin;
    bytes_ += size;
    if (size == 0) {
        out.resize(header);
    } else if (chunked_) {
        write_chunk_size(out.data() + header, size);
        out.append("\r\n");
    }
    return step;
}

net::awaitable<bool> stream_run::write() {
    if (!writer_.empty() && !writer_.write_at_once()) {
        const bool written = co_await writer_.write();
        if (!written) co_return false;
    }
    co_await boost::asio::post(connection_.executor(), boost::asio::deferred);
    co_return true;
}

/// @return false when the client has gone, which ends a stream that has no end of its own even
/// where only its half has ended
net::awaitable<bool> stream_run::rest(net::connection::moment until) {
    if (waker_.woken() || must_leave()) co_return true;
    const bool reads = !client_ended_ && in_.unread().size() < pipelined_bytes_max;
    const std::span<char> room = reads ? in_.room() : std::span<char>{};
    const auto bytes = co_await connection_.rest(room, until);
    if (!bytes) co_return false;
    in_.commit(*bytes);
    client_ended_ = client_ended_ || connection_.ended();
    co_return !(client_ended_ && stream_->endless());
}

}  // namespace memstore::http
