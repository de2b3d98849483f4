#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace memstore::net {

// Executors are concrete on the way of a request: a type-erased one costs a tenth of the whole.
using tcp = boost::asio::ip::tcp;
using io_executor = boost::asio::io_context::executor_type;
using socket = boost::asio::basic_stream_socket<tcp, io_executor>;

template <class T = void>
using awaitable = boost::asio::awaitable<T, io_executor>;

/// The token to await an operation with: it completes with its results, its error the first of
/// them.
inline constexpr boost::asio::as_tuple_t<boost::asio::deferred_t> as_results{boost::asio::deferred};

}  // namespace memstore::net
