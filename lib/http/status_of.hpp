#pragma once

#include "base/error.hpp"

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
    expectation_failed = 417,
    unprocessable = 422,
    header_too_large = 431,
    internal_error = 500,
    not_implemented = 501,
    unavailable = 503,
    version_not_supported = 505,
    insufficient_storage = 507,
};

/// How a refusal of the engine or the codec is answered.
status status_of(errc code) noexcept;

/// Whether answers of this status can have a body at all.
constexpr bool has_body(status one) noexcept {
    return one != status::no_content && one != status::not_modified;
}

/// The status with its reason, as in a status line: "200 OK".
std::string_view status_text(status one) noexcept;

}  // namespace memstore::http
