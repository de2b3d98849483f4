#pragma once

#include "client/fault.hpp"
#include "client/message.hpp"
#include "client/url.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace memstore::client {

struct access_options {
    url server;
    std::string token = {};    ///< empty: none is sent
    std::string ca_file = {};  ///< who vouches for the server, in PEM; empty: the system's
    std::chrono::milliseconds patience =
        std::chrono::seconds{30};  ///< with a server that is silent
};

/** A server, and what one needs to talk to it.

    @par Threads  any, as it does not change
*/
class access {
public:
    /// @return or why the certificates cannot be used
    static checked<access> open(access_options how);

    const url& server() const noexcept { return how_.server; }
    std::chrono::milliseconds patience() const noexcept { return how_.patience; }

    /// The bytes of a request.
    std::string wire_of(const request& one) const;

private:
    friend class channel;
    struct tls;

    access(access_options how, std::shared_ptr<tls> trusted);

    access_options how_;
    std::string head_;  ///< the fields of every request
    std::shared_ptr<tls> tls_;
};

/// Takes the next piece of a body. @return false: no more is wanted, and the connection is ended
using body_taker = std::function<bool(std::string_view piece)>;

/** One connection to a server: HTTP/1.1, plain or TLS, where the server's name is verified.

    It connects when it is asked, and again after the server has ended the connection, or might have
    after a pause. Nothing is sent twice.

    @par Threads  one at a time; one request at a time
*/
class channel {
public:
    /// @param how  outlives it
    channel(boost::asio::any_io_executor where, const access& how);
    channel(const channel&) = delete;
    channel& operator=(const channel&) = delete;
    ~channel();

    /** Asks, and waits for the whole answer, for as long as the server is not silent for longer
       than the patience.

        @param take  takes the body of an answer with status 200, piece by piece as it comes;
       without it the body is in the response
    */
    boost::asio::awaitable<checked<response>> ask(request what, body_taker take = {});

    /** Sends the bytes of `count` requests at once, and reads as many answers.

        @param wire  outlives the call
        @return how many of them were no success
    */
    boost::asio::awaitable<checked<unsigned>> exchange(std::string_view wire, unsigned count);

    void close() noexcept;

private:
    struct connection;

    boost::asio::awaitable<checked<void>> make_ready();

    boost::asio::any_io_executor where_;
    const access& how_;
    std::unique_ptr<connection> connection_;  ///< none: not connected
    std::chrono::steady_clock::time_point used_;
};

}  // namespace memstore::client
