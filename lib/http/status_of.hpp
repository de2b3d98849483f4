#pragma once

#include "base/error.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace memstore::http {

/// The status codes we answer with.
enum class status : std::uint16_t {
    ok = 200,
    created = 201,
    no_content = 204,
    not_modified = 304,
    bad_request = 400,
    unauthorized = 401,
    forbidden = 403,
    not_found = 404,
    method_not_allowed = 405,
    request_timeout = 408,
    conflict = 409,
    gone = 410,
    precondition_failed = 412,
    body_too_large = 413,
    uri_too_long = 414,
    unsupported_media_type = 415,
    expectation_failed = 417,
    unprocessable = 422,
    too_many_requests = 429,
    header_too_large = 431,
    internal_error = 500,
    not_implemented = 501,
    unavailable = 503,
    version_not_supported = 505,
    insufficient_storage = 507,
};

/// All of them, ascending.
inline constexpr std::array all_statuses{
    status::ok,
    status::created,
    status::no_content,
    status::not_modified,
    status::bad_request,
    status::unauthorized,
    status::forbidden,
    status::not_found,
    status::method_not_allowed,
    status::request_timeout,
    status::conflict,
    status::gone,
    status::precondition_failed,
    status::body_too_large,
    status::uri_too_long,
    status::unsupported_media_type,
    status::expectation_failed,
    status::unprocessable,
    status::too_many_requests,
    status::header_too_large,
    status::internal_error,
    status::not_implemented,
    status::unavailable,
    status::version_not_supported,
    status::insufficient_storage,
};

/// Where one is in that list. Complexity: nothing for 200, else a search.
constexpr std::size_t place_of(status one) noexcept {
    if (one == status::ok) return 0;
    const auto found = std::lower_bound(all_statuses.begin(), all_statuses.end(), one);
    return static_cast<std::size_t>(found - all_statuses.begin());
}

/// How a refusal of the engine or the codec is answered.
status status_of(errc code) noexcept;

/// Whether answers of this status can have a body at all.
constexpr bool has_body(status one) noexcept {
    return one != status::no_content && one != status::not_modified;
}

/// Whether the same request may well be answered otherwise a little later.
constexpr bool says_when_to_retry(status one) noexcept {
    return one == status::unavailable || one == status::too_many_requests;
}

/// The status with its reason, as in a status line: "200 OK".
std::string_view status_text(status one) noexcept;

}  // namespace memstore::http
