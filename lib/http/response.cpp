#include "http/response.hpp"

#include "http/date.hpp"
#include "http/refusal_json.hpp"
#include "http/request_ids.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <initializer_list>
#include <new>

namespace memstore::http {
namespace {

/// How long a browser may remember what it was told of a cross-origin request, in seconds.
constexpr std::string_view preflight_age = "600";

/// What an allowed page of another site may read of an answer, and send with a request, beside what
/// any may.
constexpr std::string_view exposed_fields =
    "Memstore-Version, Memstore-TTL-Ms, ETag, Retry-After, WWW-Authenticate, X-Request-Id";
constexpr std::string_view accepted_fields =
    "Authorization, Content-Type, If-Match, If-None-Match, Last-Event-ID, X-Request-Id";

/// A number in decimal, with room for the longest.
class decimal {
public:
    explicit decimal(std::uint64_t value) noexcept
        : end_(std::to_chars(digits_.data(), digits_.data() + digits_.size(), value).ptr) {}
    decimal(const decimal&) = delete;  // end_ points into it
    decimal& operator=(const decimal&) = delete;

    operator std::string_view() const noexcept { return {digits_.data(), end_}; }

private:
    std::array<char, 20> digits_;
    char* end_;
};

/// The length of a literal is known where it is written, and costs nothing to copy there.
template <class... Parts>
void append_all(std::string& out, const Parts&... parts) {
    const std::initializer_list<std::string_view> texts{std::string_view{parts}...};
    std::size_t bytes = 0;
    for (const std::string_view text : texts) bytes += text.size();
    const std::size_t before = out.size();
    out.resize(before + bytes);
    char* at = out.data() + before;
    for (const std::string_view text : texts) at = std::copy(text.begin(), text.end(), at);
}

refusal no_room_for_answer(std::uint64_t limit, std::uint64_t actual) {
    return {
        .code = errc::overloaded,
        .what =
            "there is no room for this answer beside the bodies and answers that are under way: "
            "limits.buffered is " +
            std::to_string(limit) + " bytes",
        .violated = limit_violation{limit, actual, "limits.buffered"},
    };
}

/// What the body is, and where it ends.
void append_description(std::string& out, const response& answer, const framing& how) {
    if (!answer.content_type.empty())
        append_all(out, "Content-Type: ", answer.content_type, "\r\n");
    if (answer.stream == nullptr) {
        append_all(out, "Content-Length: ", decimal{answer.body.size()}, "\r\n");
    } else if (how.http_1_1) {
        out.append("Transfer-Encoding: chunked\r\n");
    }
}

void append_cross_origin(std::string& out, const response& answer) {
    append_all(out, "Access-Control-Allow-Origin: ", answer.cross_origin, "\r\nVary: Origin\r\n");
    if (!answer.preflight) {
        append_all(out, "Access-Control-Expose-Headers: ", exposed_fields, "\r\n");
        return;
    }
    append_all(
        out,
        "Access-Control-Allow-Methods: ",
        answer.allow,
        "\r\nAccess-Control-Allow-Headers: ",
        accepted_fields,
        "\r\nAccess-Control-Max-Age: ",
        preflight_age,
        "\r\n"
    );
}

void append_connection(std::string& out, const framing& how) {
    if (!how.keep_alive) {
        out.append("Connection: close\r\n");
    } else if (!how.http_1_1) {
        out.append("Connection: keep-alive\r\n");
    }
}

}  // namespace

void response::clear() noexcept {
    code = status::ok;
    content_type = json_type;
    body.clear();
    stream.reset();
    version = 0;
    entity_tag = 0;
    ttl_ms.reset();
    retry_after_s = 1;
    more_fields = {};
    allow = {};
    error = {};
    challenge = {};
    cross_origin = {};
    request_id = {};
    way = {};
    preflight = false;
    withheld = false;
}

result<void> response::make_room(std::size_t bytes) noexcept {
    const auto too_much = counted != nullptr ? counted->resize_answer(bytes) : std::nullopt;
    if (too_much) return no_room_for_answer(counted->bytes_max(), *too_much);
    try {
        body.reserve(bytes);
    } catch (const std::bad_alloc&) {
        return refusal{errc::overloaded, "no memory for the answer"};
    }
    return {};
}

void response::assign(const refusal& refused) {
    code = status_of(refused.code);
    error = name_of(refused.code);
    content_type = json_type;
    body.clear();
    append_error(body, refused);
}

void response::assign(const problem& trouble) {
    code = trouble.answer;
    error = trouble.code;
    retry_after_s = static_cast<std::uint64_t>(trouble.retry_after.count());
    content_type = json_type;
    body.clear();
    append_error(body, trouble.what, trouble.code, trouble.violated);
    if (trouble.held) append_held_versions(body, trouble.held->oldest, trouble.held->latest);
}

void response::assign_text(status answer, std::string_view text) {
    code = answer;
    content_type = text_type;
    body.assign(text);
}

void append_head(std::string& out, const response& answer, const framing& how) {
    append_all(out, "HTTP/1.1 ", status_text(answer.code), "\r\nDate: ", current_date(), "\r\n");
    if (has_body(answer.code)) append_description(out, answer, how);
    if (answer.version != 0) append_all(out, "Memstore-Version: ", decimal{answer.version}, "\r\n");
    if (answer.entity_tag != 0) append_all(out, "ETag: \"", decimal{answer.entity_tag}, "\"\r\n");
    if (answer.ttl_ms) append_all(out, "Memstore-TTL-Ms: ", decimal{*answer.ttl_ms}, "\r\n");
    if (!answer.request_id.empty()) {
        append_all(out, request_id_field, ": ", answer.request_id, "\r\n");
    }
    out.append(answer.more_fields);
    if (!answer.challenge.empty()) {
        append_all(out, "WWW-Authenticate: ", answer.challenge, "\r\n");
    }
    if (!answer.allow.empty()) append_all(out, "Allow: ", answer.allow, "\r\n");
    if (!answer.cross_origin.empty()) append_cross_origin(out, answer);
    if (says_when_to_retry(answer.code)) {
        append_all(out, "Retry-After: ", decimal{answer.retry_after_s}, "\r\n");
    }
    append_connection(out, how);
    out.append("\r\n");
}

void append_response(std::string& out, const response& answer, const framing& how) {
    append_head(out, answer, how);
    if (!how.body_left_out && has_body(answer.code)) out.append(answer.body);
}

}  // namespace memstore::http
