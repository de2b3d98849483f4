#include "http/transaction_json.hpp"

#include "http/json_document_parser.hpp"
#include "http/transaction_reader.hpp"

#include <cstddef>
#include <string>

namespace memstore::http {
namespace {

bool is_blank(std::string_view body) noexcept {
    return body.find_first_not_of(" \t\r\n") == std::string_view::npos;
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

class request_decoder::parser {
public:
    explicit parser(const base::request_limits& limits)
        : document_(limits.json_depth, limits), depth_max_(limits.json_depth) {}

    transaction_reader& reader() noexcept { return document_.reader(); }

    result<void> parse(std::string_view body) {
        const auto fault = document_.parse(body);
        if (!fault) return {};
        return fault->too_deep ? too_deep(depth_max_, fault->at)
                               : malformed(fault->what, fault->at);
    }

private:
    json_document_parser<transaction_reader> document_;
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

bool request_decoder::traced() const noexcept { return parser_->reader().traced(); }

void request_decoder::set_dry_run(bool on) noexcept { parser_->reader().set_dry_run(on); }

void request_decoder::trim() noexcept { parser_->reader().trim(); }

}  // namespace memstore::http
