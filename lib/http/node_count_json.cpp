#include "http/node_count_json.hpp"

#include "http/json_document_parser.hpp"
#include "http/refusals.hpp"

#include <string>

namespace memstore::http {
namespace {

constexpr std::size_t node_count_depth_max = 8;

/// Takes the parts of a document: one object, with one member.
class node_count_reader {
public:
    bool fits() const noexcept { return fits_ && members_ == 1 && (automatic_ || count_); }
    wanted_nodes wanted() const noexcept { return automatic_ ? std::nullopt : count_; }

    void object_begins() { fits_ = fits_ && ++objects_ == 1; }
    void object_ends() {}
    void array_begins() { fits_ = false; }
    void array_ends() {}
    void name_part(std::string_view part) { text_ += part; }
    void name_ends(std::string_view part, std::size_t) {
        ++members_;
        fits_ = fits_ && (text_ += part) == "nodes";
        text_.clear();
    }
    void text_part(std::string_view part) { text_ += part; }
    void text_ends(std::string_view part, std::size_t) {
        automatic_ = (text_ += part) == "auto";
        fits_ = fits_ && automatic_ && objects_ == 1;
        text_.clear();
    }
    void integer(std::int64_t number) {
        fits_ = fits_ && number >= 0 && objects_ == 1;
        count_ = static_cast<std::uint64_t>(number);
    }
    void other_number() { fits_ = false; }
    void boolean(bool) { fits_ = false; }
    void null() { fits_ = false; }

private:
    std::string text_;
    std::size_t objects_ = 0;
    std::size_t members_ = 0;
    bool fits_ = true;
    bool automatic_ = false;
    std::optional<std::uint64_t> count_;
};

}  // namespace

result<wanted_nodes> read_node_count(std::string_view body) {
    json_document_parser<node_count_reader> parser{node_count_depth_max};
    const auto fault = parser.parse(body);
    if (fault && !fault->too_deep) return refusal{errc::malformed_json, "Could not parse JSON"};
    if (fault || !parser.reader().fits()) {
        return bad_argument(
            R"(the body must be {"nodes": N}, with a whole number, or {"nodes": "auto"})"
        );
    }
    return parser.reader().wanted();
}

}  // namespace memstore::http
