#include "http/request_faults.hpp"

#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <utility>

namespace memstore::http::fault {
namespace {

problem too_long(
    status answer,
    std::string_view code,
    std::string_view subject,
    limit_violation violated
) {
    std::string what{subject};
    what.append(" is longer than the limit of ")
        .append(std::to_string(violated.limit))
        .append(" bytes (");
    what.append(violated.option).append("): ").append(std::to_string(violated.actual));
    return {answer, code, std::move(what), violated};
}

/// Whether the request line ends in the name of another HTTP version, and not in something else
/// altogether.
bool names_a_version(std::string_view block) noexcept {
    const std::string_view line = block.substr(0, block.find('\r'));
    const std::string_view version = line.substr(std::min(line.rfind(' '), line.size() - 1) + 1);
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    return version.size() == 8 && version.starts_with("HTTP/") && is_digit(version[5]) &&
           version[6] == '.' && is_digit(version[7]);
}

}  // namespace

problem bad_request(std::string what) {
    return {status::bad_request, "bad_request", std::move(what)};
}

problem malformed_header(const boost::beast::error_code& failed, std::string_view block) {
    if (failed == boost::beast::http::error::bad_version && names_a_version(block)) {
        return {
            status::version_not_supported,
            "version_not_supported",
            "only HTTP/1.0 and HTTP/1.1 are spoken here"};
    }
    return bad_request("the request is not well-formed HTTP: " + failed.message());
}

problem header_too_large(const base::request_limits& limits, std::size_t actual) {
    const limit_violation violated{limits.header_bytes, actual, "limits.header"};
    return too_long(status::header_too_large, "header_too_large", "the header", violated);
}

problem uri_too_long(const base::request_limits& limits, std::size_t actual) {
    const limit_violation violated{limits.uri_bytes, actual, "limits.uri"};
    return too_long(status::uri_too_long, "uri_too_long", "the URI", violated);
}

problem body_too_large(const base::request_limits& limits, std::uint64_t actual) {
    const limit_violation violated{limits.body_bytes, actual, "limits.body"};
    return too_long(status::body_too_large, "body_too_large", "the body", violated);
}

}  // namespace memstore::http::fault
