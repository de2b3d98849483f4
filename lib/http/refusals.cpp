#include "http/refusals.hpp"

#include "base/limits.hpp"

#include <utility>

namespace memstore::http {
namespace {

/// How much of a client's own words an error repeats.
constexpr std::size_t quoted_bytes_max = 64;

bool continues_character(char c) noexcept { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

}  // namespace

refusal bad_argument(std::string what) { return {errc::bad_argument, std::move(what)}; }

refusal key_too_long(std::string_view name, std::size_t bytes) {
    return {
        .code = errc::bad_argument,
        .what = '"' + std::string{name} + "\" has " + std::to_string(bytes) + " bytes, more than " +
                std::to_string(base::key_bytes_max),
        .violated = limit_violation{base::key_bytes_max, bytes, {}},
    };
}

std::string in_quotes(std::string_view text) {
    if (text.size() <= quoted_bytes_max) return '"' + std::string{text} + '"';
    std::size_t length = quoted_bytes_max;
    while (continues_character(text[length])) --length;
    return '"' + std::string{text.substr(0, length)} + "...\"";
}

}  // namespace memstore::http
