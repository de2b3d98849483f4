#include "http/bulk_json.hpp"

#include "support/json_oracle.hpp"
#include "support/require.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace memstore::http {
namespace {

using test::require;

constexpr std::size_t value_bytes_max = 64;

void check_read_back(line_decoder& decoder, const bulk_line& line) {
    std::string text;
    std::visit([&](const auto& one) { append_line(text, one); }, line);
    require(text.ends_with("}\n"), "what is written ends with its line");
    text.pop_back();
    require(text.find('\n') == std::string::npos, "what is written is one line");
    require(test::is_json_object(text, 2), "what is written is JSON");
    const auto again = decoder.decode(text);
    require(again.has_value(), "what was written is read");
    require(*again == line, "and is what it was");
}

void check(line_decoder& decoder, line_decoder& other, std::string_view line) {
    const auto read = decoder.decode(line);
    const bool malformed = !read && read.error().code == errc::malformed_json;
    require(
        malformed == !test::is_json(line, 32),
        "what a JSON parser refuses is malformed, and nothing else"
    );
    if (!read) {
        require(!read.error().what.empty(), "a refusal says why");
        return;
    }
    require(test::is_json_object(line, 32), "a line is an object");
    check_read_back(other, *read);
}

}  // namespace
}  // namespace memstore::http

// NOLINTNEXTLINE(readability-identifier-naming): libFuzzer's name
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static memstore::http::line_decoder decoder{memstore::http::value_bytes_max};
    static memstore::http::line_decoder other{memstore::http::value_bytes_max};
    // A copy of its own, so that reading past the end is seen.
    const std::string line(reinterpret_cast<const char*>(data), size);
    memstore::http::check(decoder, other, line);
    return 0;
}
