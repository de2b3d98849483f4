// The TLS of Boost.Asio, compiled once for all.
#include <boost/asio/ssl/impl/src.hpp>
