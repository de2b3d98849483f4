#include "http/status_of.hpp"

namespace memstore::http {

status status_of(errc code) noexcept {
    switch (code) {
    case errc::malformed_json:
    case errc::empty_request:
    case errc::unknown_command:
    case errc::bad_argument: return status::bad_request;
    case errc::too_many_commands:
    case errc::answer_too_large: return status::body_too_large;
    case errc::check_failed:
    case errc::layout_changing: return status::conflict;
    case errc::not_an_integer:
    case errc::overflow:
    case errc::value_too_long: return status::unprocessable;
    case errc::overloaded:
    case errc::journal_unavailable: return status::unavailable;
    case errc::memory_limit: return status::insufficient_storage;
    case errc::forbidden: return status::forbidden;
    }
    return status::internal_error;
}

std::string_view status_text(status one) noexcept {
    switch (one) {
    case status::ok: return "200 OK";
    case status::created: return "201 Created";
    case status::no_content: return "204 No Content";
    case status::not_modified: return "304 Not Modified";
    case status::bad_request: return "400 Bad Request";
    case status::unauthorized: return "401 Unauthorized";
    case status::forbidden: return "403 Forbidden";
    case status::not_found: return "404 Not Found";
    case status::method_not_allowed: return "405 Method Not Allowed";
    case status::request_timeout: return "408 Request Timeout";
    case status::conflict: return "409 Conflict";
    case status::gone: return "410 Gone";
    case status::precondition_failed: return "412 Precondition Failed";
    case status::body_too_large: return "413 Content Too Large";
    case status::uri_too_long: return "414 URI Too Long";
    case status::unsupported_media_type: return "415 Unsupported Media Type";
    case status::expectation_failed: return "417 Expectation Failed";
    case status::unprocessable: return "422 Unprocessable Content";
    case status::too_many_requests: return "429 Too Many Requests";
    case status::header_too_large: return "431 Request Header Fields Too Large";
    case status::internal_error: return "500 Internal Server Error";
    case status::not_implemented: return "501 Not Implemented";
    case status::unavailable: return "503 Service Unavailable";
    case status::version_not_supported: return "505 HTTP Version Not Supported";
    case status::insufficient_storage: return "507 Insufficient Storage";
    }
    return "500 Internal Server Error";
}

}  // namespace memstore::http
