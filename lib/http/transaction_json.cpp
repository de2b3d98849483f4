#include "http/transaction_json.hpp"

#include "http/transaction_reader.hpp"

#include <boost/json/basic_parser_impl.hpp>

#include <cstddef>
#include <limits>

namespace memstore::http {
namespace {

namespace json = boost::json;
using boost::system::error_code;

/// What Boost.JSON's parser calls. It stops at faults in the JSON itself only.
class parser_handler {
public:
    static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_array_size = max_object_size;
    static constexpr std::size_t max_key_size = max_object_size;
    static constexpr std::size_t max_string_size = max_object_size;

    explicit parser_handler(const base::request_limits& limits) noexcept : reader(limits) {}

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }
    bool on_object_begin(error_code&) { return reader.object_begins(), true; }
    bool on_object_end(std::size_t, error_code&) { return reader.object_ends(), true; }
    bool on_array_begin(error_code&) { return reader.array_begins(), true; }
    bool on_array_end(std::size_t, error_code&) { return reader.array_ends(), true; }
    bool on_key_part(json::string_view part, std::size_t, error_code&) {
        return reader.name_part(part), true;
    }
    bool on_key(json::string_view part, std::size_t bytes, error_code&) {
        return reader.name_ends(part, bytes), true;
    }
    bool on_string_part(json::string_view part, std::size_t, error_code&) {
        return reader.text_part(part), true;
    }
    bool on_string(json::string_view part, std::size_t bytes, error_code&) {
        return reader.text_ends(part, bytes), true;
    }
    bool on_number_part(json::string_view, error_code&) { return true; }
    bool on_int64(std::int64_t number, json::string_view, error_code&) {
        return reader.integer(number), true;
    }
    bool on_uint64(std::uint64_t, json::string_view, error_code&) {
        return reader.other_number(), true;
    }
    bool on_double(double, json::string_view, error_code&) { return reader.other_number(), true; }
    bool on_bool(bool truth, error_code&) { return reader.boolean(truth), true; }
    bool on_null(error_code&) { return reader.null(), true; }
    bool on_comment_part(json::string_view, error_code&) { return true; }
    bool on_comment(json::string_view, error_code&) { return true; }

    transaction_reader reader;
};

json::parse_options options_for(const base::request_limits& limits) noexcept {
    json::parse_options options;
    options.max_depth = limits.json_depth;
    return options;
}

bool is_blank(std::string_view body) noexcept {
    return body.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

std::string_view describe(error_code ec) noexcept {
    switch (static_cast<json::error>(ec.value())) {
    case json::error::incomplete: return "unexpected end";
    case json::error::extra_data: return "text after the document";
    case json::error::exponent_overflow: return "number out of range";
    case json::error::expected_hex_digit:
    case json::error::illegal_leading_surrogate:
    case json::error::illegal_trailing_surrogate: return "bad \\u escape";
    default: return "syntax error";
    }
}

refusal malformed(std::string_view what, std::size_t at) {
    return {
        errc::malformed_json,
        "could not bind request: " + std::string{what} + ", at byte " + std::to_string(at),
    };
}

refusal too_deep(std::size_t depth_max, std::size_t at) {
    auto refused =
        malformed("nested deeper than limits.json-depth (" + std::to_string(depth_max) + ")", at);
    refused.violated = limit_violation{depth_max, depth_max + 1, "limits.json-depth"};
    return refused;
}

}  // namespace

class request_decoder::parser : public json::basic_parser<parser_handler> {
public:
    explicit parser(const base::request_limits& limits)
        : basic_parser(options_for(limits), limits), depth_max_(limits.json_depth) {}

    transaction_reader& reader() noexcept { return handler().reader; }

    result<void> parse(std::string_view body) {
        reset();
        error_code ec;
        const std::size_t at = write_some(false, body.data(), body.size(), ec);
        if (ec == json::error::too_deep) return too_deep(depth_max_, at);
        if (!ec && at < body.size()) ec = json::error::extra_data;
        if (ec) return malformed(describe(ec), at);
        return {};
    }

private:
    std::size_t depth_max_;
};

request_decoder::request_decoder(const base::request_limits& limits)
    : parser_(std::make_unique<parser>(limits)) {}

request_decoder::~request_decoder() = default;

result<void> request_decoder::decode(std::string_view body) {
    transaction_reader& reader = parser_->reader();
    reader.begin(body);
    if (is_blank(body)) return refusal{errc::empty_request, "empty request"};
    auto read = parser_->parse(body);
    if (read) read = reader.finish();
    if (!read) reader.discard();
    return read;
}

const command::transaction& request_decoder::transaction() const noexcept {
    return parser_->reader().transaction();
}

encoding request_decoder::values_as() const noexcept { return parser_->reader().values_as(); }

void request_decoder::set_dry_run(bool on) noexcept { parser_->reader().set_dry_run(on); }

void request_decoder::trim() noexcept { parser_->reader().trim(); }

}  // namespace memstore::http
