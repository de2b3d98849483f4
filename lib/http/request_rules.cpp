#include "http/request_rules.hpp"

#include "http/request_faults.hpp"
#include "http/request_target.hpp"

#include <boost/beast/core/string.hpp>

namespace memstore::http {

using fault::bad_request;
using fault::body_too_large;
using fault::uri_too_long;

std::optional<problem> judge_identity(
    const request_header& fields,
    std::string_view block,
    const base::request_limits& limits
) {
    if (fields.target.size > limits.uri_bytes) return uri_too_long(limits, fields.target.size);
    const std::string_view target = fields.target.of(block);
    if (!target.starts_with('/') && !split_target(target, fields.method.of(block))) {
        return bad_request("the request's target is none that can be asked here");
    }
    if (fields.hosts > 1 || (fields.hosts == 0 && fields.http_1_1)) {
        return bad_request("a request has exactly one Host field");
    }
    if (!can_be_host(fields.host.of(block))) return bad_request("the Host field names no host");
    if (fields.origins > 1) return bad_request("a request has one Origin field at most");
    if (fields.authorizations > 1) {
        return bad_request("a request has one Authorization field at most");
    }
    return std::nullopt;
}

std::optional<problem> judge_body(
    const request_header& fields,
    std::string_view block,
    const base::request_limits& limits,
    std::uint64_t length,
    bool in_pieces
) {
    if (fields.lengths > 1 || fields.listed_length) {
        return bad_request("a request has one Content-Length at most");
    }
    if (fields.transfer_encodings > 0) {
        if (!fields.http_1_1) return bad_request("HTTP/1.0 knows no Transfer-Encoding");
        if (fields.lengths > 0) return bad_request("Transfer-Encoding excludes Content-Length");
        if (!boost::beast::iequals(fields.transfer_encoding->of(block), "chunked")) {
            return problem{
                status::not_implemented,
                "not_implemented",
                "the one transfer coding known here is chunked"};
        }
        if (fields.transfer_encodings > 1)
            return bad_request("a request has one Transfer-Encoding at most");
    }
    if (fields.coded) {
        return problem{
            status::unsupported_media_type,
            "unsupported_encoding",
            "a body with a Content-Encoding is not decoded here: send it as it is"};
    }
    if (length > limits.body_bytes && !in_pieces) return body_too_large(limits, length);
    if (fields.expects_more) {
        return problem{
            status::expectation_failed,
            "expectation_failed",
            "only 100-continue can be expected"};
    }
    return std::nullopt;
}

}  // namespace memstore::http
