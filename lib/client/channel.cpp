#include "client/channel.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>

#include <utility>
#include <vector>

namespace memstore::client {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

using parser = http::response_parser<http::buffer_body>;
using plain_stream = beast::tcp_stream;
using tls_stream = asio::ssl::stream<beast::tcp_stream>;

constexpr std::size_t piece_bytes = std::size_t{64} * 1024;
constexpr std::uint32_t head_bytes_max = 64 * 1024;

/// What is not streamed is held whole: as much as a server may answer with.
constexpr std::size_t body_bytes_max = std::size_t{1024} * 1024 * 1024;

/// After a pause a server may have ended the connection, and a request be lost in that.
constexpr std::chrono::seconds pause_max{5};

auto into(error_code& failed) { return asio::redirect_error(asio::use_awaitable, failed); }

plain_stream& lowest(plain_stream& stream) { return stream; }
plain_stream& lowest(tls_stream& stream) { return stream.next_layer(); }

fault describe(const error_code& failed, const access& how, std::string_view doing) {
    const std::string who = how.server().text();
    if (failed == beast::error::timeout) {
        return {
            "no answer from " + who + " within " + std::to_string(how.patience().count()) + " ms"};
    }
    if (failed == http::error::end_of_stream || failed == http::error::partial_message ||
        failed == asio::error::eof || failed == asio::error::connection_reset ||
        failed == asio::error::broken_pipe || failed == asio::ssl::error::stream_truncated) {
        return {who + " ended the connection"};
    }
    if (failed.category() == http::make_error_code(http::error::bad_version).category()) {
        return {who + " does not answer in HTTP: " + failed.message()};
    }
    return {"cannot " + std::string{doing} + " " + who + ": " + failed.message()};
}

bool is_address(const std::string& host) {
    error_code no;
    asio::ip::make_address(host, no);
    return !no;
}

/// Reads the rest of an answer's body. @return what went wrong; nothing where no more was wanted
template <class Stream, class Take>
asio::awaitable<error_code> read_body(
    Stream& stream,
    beast::flat_buffer& ahead,
    parser& answer,
    std::vector<char>& piece,
    const access& how,
    Take& take
) {
    error_code failed;
    while (!answer.is_done()) {
        auto& body = answer.get().body();
        body.data = piece.data();
        body.size = piece.size();
        body.more = true;
        lowest(stream).expires_after(how.patience());
        co_await http::async_read_some(stream, ahead, answer, into(failed));
        if (failed == http::error::need_buffer) failed = {};
        const std::string_view taken{piece.data(), piece.size() - body.size};
        if (!taken.empty() && !take(taken)) break;
        if (failed) break;
    }
    co_return failed;
}

/// Tells a server that has many names which of them is meant.
void name_server(tls_stream& stream, std::string host) {
    ::SSL_ctrl(
        stream.native_handle(),
        SSL_CTRL_SET_TLSEXT_HOSTNAME,
        TLSEXT_NAMETYPE_host_name,
        host.data()
    );
}

fields fields_of(const parser& answer) {
    fields all;
    for (const auto& each : answer.get()) all.emplace_back(each.name_string(), each.value());
    return all;
}

}  // namespace

struct access::tls {
    asio::ssl::context settings{asio::ssl::context::tls_client};
};

checked<access> access::open(access_options how) {
    if (!how.server.tls) return access{std::move(how), nullptr};
    auto trusted = std::make_shared<tls>();
    error_code failed;
    trusted->settings.set_verify_mode(asio::ssl::verify_peer);
    if (how.ca_file.empty()) {
        trusted->settings.set_default_verify_paths(failed);
        if (failed) return fault{"cannot read the system's certificates: " + failed.message()};
    } else {
        trusted->settings.load_verify_file(how.ca_file, failed);
        if (failed) return fault{"cannot read certificates from " + how.ca_file};
    }
    return access{std::move(how), std::move(trusted)};
}

access::access(access_options how, std::shared_ptr<tls> trusted)
    : how_(std::move(how)), tls_(std::move(trusted)) {
    head_ = "Host: " + how_.server.authority() + "\r\n";
    if (!how_.token.empty()) head_ += "Authorization: Bearer " + how_.token + "\r\n";
}

std::string access::wire_of(const request& one) const {
    std::string wire = one.method + " " + how_.server.prefix + one.target + " HTTP/1.1\r\n" + head_;
    for (const auto& [name, value] : one.more) wire += name + ": " + value + "\r\n";
    if (!one.body.empty() || one.method == "POST" || one.method == "PUT") {
        wire += "Content-Length: " + std::to_string(one.body.size()) + "\r\n";
    }
    return wire.append("\r\n").append(one.body);
}

/// Either of the two streams, and what is read ahead of its answers.
struct channel::connection {
    explicit connection(const asio::any_io_executor& where) : plain(where) {}
    connection(const asio::any_io_executor& where, asio::ssl::context& settings)
        : plain(where), tls(std::make_unique<tls_stream>(where, settings)) {}

    plain_stream& bottom() { return tls ? tls->next_layer() : plain; }

    /// As many bytes as there are, up to the end of the message.
    template <class Stream>
    asio::awaitable<checked<response>> read_answer(
        Stream& stream,
        const access& how,
        const body_taker& take
    );

    template <class Stream>
    asio::awaitable<error_code> read_and_drop(
        Stream& stream,
        const access& how,
        unsigned count,
        unsigned& refused
    );

    asio::awaitable<error_code> write(std::string_view wire, const access& how);

    plain_stream plain;
    std::unique_ptr<tls_stream> tls;
    beast::flat_buffer ahead;
    std::vector<char> piece = std::vector<char>(piece_bytes);
    bool reusable = false;  ///< the last answer was whole, and did not end it
};

template <class Stream>
asio::awaitable<checked<response>> channel::connection::read_answer(
    Stream& stream,
    const access& how,
    const body_taker& take
) {
    parser answer;
    answer.body_limit(boost::none);
    answer.header_limit(head_bytes_max);
    lowest(stream).expires_after(how.patience());
    error_code failed;
    co_await http::async_read_header(stream, ahead, answer, into(failed));
    if (failed) co_return describe(failed, how, "read from");
    response whole;
    whole.status = answer.get().result_int();
    whole.head = fields_of(answer);
    const bool streams = take && whole.status == 200;
    bool wanted = true;
    bool too_long = false;
    auto keep = [&](std::string_view more) {
        if (streams) return wanted = take(more);
        too_long = whole.body.size() + more.size() > body_bytes_max;
        if (!too_long) whole.body.append(more);
        return !too_long;
    };
    failed = co_await read_body(stream, ahead, answer, piece, how, keep);
    if (too_long) co_return fault{how.server().text() + " answers with more than 1 GiB"};
    if (failed && wanted) co_return describe(failed, how, "read from");
    reusable = wanted && answer.is_done() && answer.keep_alive();
    co_return whole;
}

template <class Stream>
asio::awaitable<error_code> channel::connection::read_and_drop(
    Stream& stream,
    const access& how,
    unsigned count,
    unsigned& refused
) {
    auto drop = [](std::string_view) { return true; };
    error_code failed;
    for (; count > 0; --count) {
        parser answer;
        answer.body_limit(boost::none);
        answer.header_limit(head_bytes_max);
        lowest(stream).expires_after(how.patience());
        co_await http::async_read_header(stream, ahead, answer, into(failed));
        if (failed) break;
        failed = co_await read_body(stream, ahead, answer, piece, how, drop);
        if (failed) break;
        if (answer.get().result_int() >= 300) ++refused;
        reusable = answer.keep_alive();
        if (!reusable && count > 1) failed = http::error::end_of_stream;
        if (failed) break;
    }
    co_return failed;
}

asio::awaitable<error_code> channel::connection::write(std::string_view wire, const access& how) {
    reusable = false;
    bottom().expires_after(how.patience());
    error_code failed;
    const auto bytes = asio::buffer(wire);
    if (tls) {
        co_await asio::async_write(*tls, bytes, into(failed));
    } else {
        co_await asio::async_write(plain, bytes, into(failed));
    }
    co_return failed;
}

channel::channel(asio::any_io_executor where, const access& how)
    : where_(std::move(where)), how_(how) {}

channel::~channel() = default;

void channel::close() noexcept { connection_.reset(); }

asio::awaitable<checked<void>> channel::make_ready() {
    const bool fresh = std::chrono::steady_clock::now() - used_ < pause_max;
    if (connection_ && connection_->reusable && fresh) co_return checked<void>{};
    connection_.reset();
    const url& to = how_.server();
    error_code failed;
    tcp::resolver resolver{where_};
    const auto found =
        co_await resolver
            .async_resolve(to.host, to.port, tcp::resolver::numeric_service, into(failed));
    if (failed) co_return describe(failed, how_, "find");
    auto made = how_.tls_ ? std::make_unique<connection>(where_, how_.tls_->settings)
                          : std::make_unique<connection>(where_);
    made->bottom().expires_after(how_.patience());
    co_await made->bottom().async_connect(found, into(failed));
    if (failed) co_return describe(failed, how_, "reach");
    made->bottom().socket().set_option(tcp::no_delay{true}, failed);
    if (made->tls) {
        if (!is_address(to.host)) name_server(*made->tls, to.host);
        made->tls->set_verify_callback(asio::ssl::host_name_verification{to.host}, failed);
        made->bottom().expires_after(how_.patience());
        co_await made->tls->async_handshake(asio::ssl::stream_base::client, into(failed));
        if (failed) co_return describe(failed, how_, "speak TLS with");
    }
    connection_ = std::move(made);
    co_return checked<void>{};
}

asio::awaitable<checked<response>> channel::ask(request what, body_taker take) {
    const auto ready = co_await make_ready();
    if (!ready) co_return ready.error();
    connection& with = *connection_;
    const std::string wire = how_.wire_of(what);
    const error_code unsent = co_await with.write(wire, how_);
    checked<response> answer = fault{};
    // A server that refuses a request may do so before it has read all of it.
    if (with.tls) {
        answer = co_await with.read_answer(*with.tls, how_, take);
    } else {
        answer = co_await with.read_answer(with.plain, how_, take);
    }
    used_ = std::chrono::steady_clock::now();
    if (unsent) with.reusable = false;
    if (!with.reusable) close();
    co_return answer;
}

asio::awaitable<checked<unsigned>> channel::exchange(std::string_view wire, unsigned count) {
    const auto ready = co_await make_ready();
    if (!ready) co_return ready.error();
    connection& with = *connection_;
    unsigned refused = 0;
    error_code failed = co_await with.write(wire, how_);
    if (!failed) {
        if (with.tls) {
            failed = co_await with.read_and_drop(*with.tls, how_, count, refused);
        } else {
            failed = co_await with.read_and_drop(with.plain, how_, count, refused);
        }
    }
    used_ = std::chrono::steady_clock::now();
    if (failed) {
        close();
        co_return describe(failed, how_, "ask");
    }
    if (!with.reusable) close();
    co_return refused;
}

}  // namespace memstore::client
