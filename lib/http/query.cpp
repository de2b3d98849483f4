#include "http/query.hpp"

#include "base/utf8.hpp"
#include "http/percent.hpp"
#include "http/refusals.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <system_error>
#include <utility>

namespace memstore::http {
namespace {

/// How much of a parameter an error repeats.
constexpr std::size_t quoted_bytes_max = 100;

std::string quoted(std::string_view text) {
    if (text.size() > quoted_bytes_max || !base::is_utf8(text)) return "of the query";
    return std::string{"\""}.append(text).append("\"");
}

refusal bad_parameter(std::string_view name, std::string_view fault) {
    return bad_argument("query parameter " + quoted(name).append(" ").append(fault));
}

result<void> read_parameter(
    std::string_view parameter,
    std::initializer_list<query_parameter> known
) {
    const std::size_t equals = std::min(parameter.find('='), parameter.size());
    const auto name = percent_decoded(parameter.substr(0, equals));
    if (!name) return bad_parameter(parameter.substr(0, equals), "is not percent-encoded");
    const auto* const found = std::find_if(known.begin(), known.end(), [&](const auto& one) {
        return one.name == *name;
    });
    if (found == known.end()) return bad_argument("unknown query parameter " + quoted(*name));
    if (found->value) return bad_parameter(*name, "is given twice");
    if (equals == parameter.size()) return bad_parameter(*name, "has no value");
    found->value = percent_decoded(parameter.substr(equals + 1));
    if (!found->value) return bad_parameter(*name, "has a value that is not percent-encoded");
    return {};
}

}  // namespace

result<void> read_query(std::string_view query, std::initializer_list<query_parameter> known) {
    while (!query.empty()) {
        const std::string_view parameter = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(parameter.size() + 1, query.size()));
        if (parameter.empty()) continue;
        const auto read = read_parameter(parameter, known);
        if (!read) return read.error();
    }
    return {};
}

result<bool> flag_of(std::string_view parameter, std::string_view value) {
    if (value != "true" && value != "false") {
        return bad_parameter(parameter, "must be true or false");
    }
    return value == "true";
}

result<std::uint64_t> number_of(
    std::string_view parameter,
    std::string_view value,
    std::uint64_t min,
    std::uint64_t max
) {
    std::uint64_t number = 0;
    const char* const end = value.data() + value.size();
    const auto [stopped, failed] = std::from_chars(value.data(), end, number);
    if (failed != std::errc{} || stopped != end || number < min || number > max) {
        return bad_parameter(
            parameter,
            "must be a whole number from " + std::to_string(min) + " to " + std::to_string(max)
        );
    }
    return number;
}

}  // namespace memstore::http
