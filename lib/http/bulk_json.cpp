#include "http/bulk_json.hpp"

#include "base/limits.hpp"
#include "http/answer_json.hpp"
#include "http/bulk_line_reader.hpp"
#include "http/json_document_parser.hpp"

namespace memstore::http {
namespace {

/// A line nests two deep. What is deeper is a fault anyway, and told as one of its member.
constexpr std::size_t line_depth_max = 32;

}  // namespace

void append_line(std::string& out, const bulk_entry& one) {
    out.append("{\"key\":");
    append_bytes(out, one.key);
    out.append(",\"value\":");
    append_bytes(out, one.value);
    if (one.version) out.append(",\"version\":").append(std::to_string(*one.version));
    if (one.deadline != base::never) {
        const auto expires_at_ms = one.deadline.time_since_epoch().count();
        out.append(",\"expires_at_ms\":").append(std::to_string(expires_at_ms));
    }
    out.append("}\n");
}

void append_line(std::string& out, const bulk_end& last) {
    out.append("{\"end\":true,\"count\":").append(std::to_string(last.count)).append("}\n");
}

class line_decoder::parser : public json_document_parser<bulk_line_reader> {
    using json_document_parser::json_document_parser;
};

line_decoder::line_decoder(std::size_t value_bytes_max)
    : parser_(std::make_unique<parser>(line_depth_max, value_bytes_max)) {}

line_decoder::~line_decoder() = default;

result<bulk_line> line_decoder::decode(std::string_view line) {
    bulk_line_reader& reader = parser_->reader();
    reader.begin(line);
    const auto fault = parser_->parse(line);
    if (!fault) return reader.finish();
    return refusal{
        errc::malformed_json,
        std::string{fault->what} + ", at byte " + std::to_string(fault->at)};
}

std::size_t line_decoder::capacity() const noexcept { return parser_->reader().capacity(); }

void line_decoder::trim() noexcept { parser_->reader().trim(); }

std::size_t line_decoder::line_bytes_max(std::size_t value_bytes_max) noexcept {
    constexpr std::size_t bytes_for_a_byte = 6;  // `\u0000`
    constexpr std::size_t bytes_beside = 1024;   // names and numbers, and some white space
    return (value_bytes_max + base::key_bytes_max) * bytes_for_a_byte + bytes_beside;
}

}  // namespace memstore::http
