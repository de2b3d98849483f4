#include "http/query.hpp"

#include "base/utf8.hpp"

#include <string>
#include <utility>

namespace memstore::http {
namespace {

/// How much of a parameter an error repeats.
constexpr std::size_t quoted_bytes_max = 100;

int hex_digit(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

/// A `%` that two hexadecimal digits do not follow stands for itself.
std::string percent_decoded(std::string_view text) {
    std::string decoded;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const int high = text[at] == '%' && at + 2 < text.size() ? hex_digit(text[at + 1]) : -1;
        const int low = high >= 0 ? hex_digit(text[at + 2]) : -1;
        if (low >= 0) {
            decoded.push_back(static_cast<char>(high * 16 + low));
            at += 2;
        } else {
            decoded.push_back(text[at]);
        }
    }
    return decoded;
}

std::string quoted(std::string_view text) {
    if (text.size() > quoted_bytes_max || !base::is_utf8(text)) return "of the query";
    return std::string{"\""}.append(text).append("\"");
}

refusal bad_argument(std::string what) { return {errc::bad_argument, std::move(what)}; }

result<void> read_parameter(std::string_view parameter, execute_query& into) {
    const std::size_t equals = parameter.find('=');
    const std::string name = percent_decoded(parameter.substr(0, equals));
    if (name != "dry_run") return bad_argument("unknown query parameter " + quoted(name));
    if (into.dry_run) return bad_argument("query parameter \"dry_run\" is given twice");
    const std::string value = equals == std::string_view::npos
                                  ? std::string{}
                                  : percent_decoded(parameter.substr(equals + 1));
    if (value != "true" && value != "false") {
        return bad_argument("query parameter \"dry_run\" must be true or false");
    }
    into.dry_run = value == "true";
    return {};
}

}  // namespace

result<execute_query> parse_execute_query(std::string_view query) {
    execute_query parsed;
    while (!query.empty()) {
        const std::string_view parameter = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(parameter.size() + 1, query.size()));
        if (parameter.empty()) continue;
        const auto read = read_parameter(parameter, parsed);
        if (!read) return read.error();
    }
    return parsed;
}

}  // namespace memstore::http
