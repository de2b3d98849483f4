#include "http/response.hpp"

#include "http/date.hpp"
#include "http/refusal_json.hpp"

#include <array>
#include <charconv>

namespace memstore::http {
namespace {

/// How long a browser may remember what it was told of a cross-origin request, in seconds.
constexpr std::string_view preflight_age = "600";

/// What a client that was turned away for want of room should wait, in seconds.
constexpr std::string_view retry_after = "1";

void append_field(std::string& out, std::string_view name, std::string_view value) {
    out.append(name).append(": ").append(value).append("\r\n");
}

void append_field(std::string& out, std::string_view name, std::uint64_t value) {
    std::array<char, 20> digits;  // NOLINT(cppcoreguidelines-pro-type-member-init)
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
    append_field(
        out,
        name,
        std::string_view{digits.data(), static_cast<std::size_t>(end - digits.data())}
    );
}

void append_cross_origin(std::string& out, const response& answer) {
    append_field(out, "Access-Control-Allow-Origin", answer.cross_origin);
    append_field(out, "Vary", "Origin");
    if (!answer.preflight)
        return append_field(out, "Access-Control-Expose-Headers", "Memstore-Version");
    append_field(out, "Access-Control-Allow-Methods", answer.allow);
    append_field(out, "Access-Control-Allow-Headers", "Content-Type");
    append_field(out, "Access-Control-Max-Age", preflight_age);
}

void append_connection(std::string& out, const framing& how) {
    if (!how.keep_alive) {
        append_field(out, "Connection", "close");
    } else if (!how.http_1_1) {
        append_field(out, "Connection", "keep-alive");
    }
}

}  // namespace

void response::clear() noexcept {
    code = status::ok;
    content_type = json_type;
    body.clear();
    version = 0;
    allow = {};
    cross_origin = {};
    preflight = false;
}

void response::assign(const refusal& refused) {
    code = status_of(refused.code);
    content_type = json_type;
    body.clear();
    append_error(body, refused);
}

void response::assign(const problem& trouble) {
    code = trouble.answer;
    content_type = json_type;
    body.clear();
    append_error(body, trouble.what, trouble.code, trouble.violated);
}

void response::assign_text(status answer, std::string_view text) {
    code = answer;
    content_type = text_type;
    body.assign(text);
}

void append_response(std::string& out, const response& answer, const framing& how) {
    out.append("HTTP/1.1 ").append(status_text(answer.code)).append("\r\n");
    append_field(out, "Date", current_date());
    if (answer.code != status::no_content) {
        append_field(out, "Content-Type", answer.content_type);
        append_field(out, "Content-Length", answer.body.size());
    }
    if (answer.version != 0) append_field(out, "Memstore-Version", answer.version);
    if (!answer.allow.empty()) append_field(out, "Allow", answer.allow);
    if (!answer.cross_origin.empty()) append_cross_origin(out, answer);
    if (answer.code == status::unavailable) append_field(out, "Retry-After", retry_after);
    append_connection(out, how);
    out.append("\r\n");
    if (!how.body_left_out) out.append(answer.body);
}

}  // namespace memstore::http
