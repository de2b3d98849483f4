#include "http/request_message.hpp"

#include "http/request_ids.hpp"

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <limits>

namespace memstore::http {
namespace {

namespace beast = boost::beast;

bool is_control(char c) noexcept {
    return (static_cast<unsigned char>(c) < ' ' && c != '\t') || c == '\x7f';
}

}  // namespace

request_message::request_message(
    std::string_view block,
    std::uint64_t body_bytes_max,
    std::string& body
)
    : block_(block.data()), body_bytes_max_(body_bytes_max), body_(body) {
    // The header block is bounded before it comes here.
    header_limit(std::numeric_limits<std::uint32_t>::max());
    body_limit(boost::none);
}

void request_message::lift_body_limit() noexcept {
    body_bytes_max_ = std::numeric_limits<std::uint64_t>::max();
}

void request_message::
    on_request_impl(beast::http::verb, view method, view target, int version, error_code&) {
    fields_.method = slice_of(method);
    fields_.target = slice_of(target);
    fields_.http_1_1 = version == 11;
}

void request_message::
    on_field_impl(beast::http::field name, view spelling, view value, error_code&) {
    if (in_body_) return;  // trailers have nothing to say to us
    using beast::http::field;
    switch (name) {
    case field::host:
        ++fields_.hosts;
        fields_.host = slice_of(value);
        break;
    case field::content_length:
        ++fields_.lengths;
        fields_.listed_length |= value.find(',') != view::npos;
        break;
    case field::transfer_encoding:
        ++fields_.transfer_encodings;
        fields_.transfer_encoding = slice_of(value);
        break;
    case field::expect:
        if (beast::iequals(value, "100-continue")) {
            fields_.expects_continue = true;
        } else {
            fields_.expects_more = true;
        }
        break;
    case field::origin:
        ++fields_.origins;
        fields_.origin = slice_of(value);
        break;
    case field::content_encoding: fields_.coded |= !beast::iequals(value, "identity"); break;
    case field::authorization:
        ++fields_.authorizations;
        fields_.authorization = slice_of(value);
        break;
    case field::access_control_request_method: fields_.preflight = true; break;
    case field::unknown:
        if (!beast::iequals(spelling, request_id_field)) break;
        ++fields_.request_ids;
        fields_.request_id = slice_of(value);
        break;
    default: break;
    }
}

void request_message::on_chunk_header_impl(
    std::uint64_t size,
    view extensions,
    error_code& failed
) {
    // Beast lets anything stand in a quoted extension, a line feed included.
    if (std::any_of(extensions.begin(), extensions.end(), is_control)) {
        failed = beast::http::error::bad_chunk_extension;
        return;
    }
    const std::uint64_t room = std::numeric_limits<std::uint64_t>::max() - announced_;
    announced_ += std::min(size, room);
    if (body_too_large()) failed = beast::http::error::body_limit;
}

std::size_t request_message::on_chunk_body_impl(std::uint64_t, view data, error_code&) {
    body_.append(data.data(), data.size());
    received_ += data.size();
    return data.size();
}

}  // namespace memstore::http
