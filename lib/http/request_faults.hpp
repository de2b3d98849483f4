#pragma once

#include "base/limits.hpp"
#include "http/problem.hpp"

#include <boost/beast/core/error.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// What is wrong with a request that cannot be read, as an answer.
namespace memstore::http::fault {

problem bad_request(std::string what);

/// @param failed  what Beast has to say of it
problem malformed_header(const boost::beast::error_code& failed, std::string_view block);

// Longer than a limit: `actual` bytes.
problem header_too_large(const base::request_limits& limits, std::size_t actual);
problem uri_too_long(const base::request_limits& limits, std::size_t actual);
problem body_too_large(const base::request_limits& limits, std::uint64_t actual);

}  // namespace memstore::http::fault
