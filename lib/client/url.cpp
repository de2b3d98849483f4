#include "client/url.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

namespace memstore::client {
namespace {

constexpr std::string_view plain_port = "80";
constexpr std::string_view tls_port = "443";

fault not_a_url(std::string_view text) {
    return {'"' + std::string{text} + "\" is not http://HOST:PORT or https://HOST:PORT"};
}

bool is_port(std::string_view text) {
    std::uint16_t number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    return failed == std::errc{} && end == text.data() + text.size() && number != 0;
}

bool is_visible(char c) { return c > ' ' && c < '\x7f'; }

std::optional<bool> take_scheme(std::string_view& text) {
    for (const bool tls : {false, true}) {
        const std::string_view scheme = tls ? "https://" : "http://";
        if (!text.starts_with(scheme)) continue;
        text.remove_prefix(scheme.size());
        return tls;
    }
    return std::nullopt;
}

/// The host in front of a port. @return nothing where a bracket has no other
std::optional<std::string_view> take_host(std::string_view& authority) {
    const bool bracketed = authority.starts_with('[');
    if (bracketed) authority.remove_prefix(1);
    const std::size_t end = authority.find(bracketed ? ']' : ':');
    if (bracketed && end == std::string_view::npos) return std::nullopt;
    const std::string_view host = authority.substr(0, end);
    authority.remove_prefix(std::min(host.size() + (bracketed ? 1 : 0), authority.size()));
    return host;
}

bool is_unreserved(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

}  // namespace

std::string url::authority() const {
    const bool bare = host.find(':') == std::string::npos;
    std::string text = bare ? host : "[" + host + "]";
    if (port != (tls ? tls_port : plain_port)) text.append(":").append(port);
    return text;
}

std::string url::text() const { return (tls ? "https://" : "http://") + authority() + prefix; }

checked<url> parse_url(std::string_view text) {
    std::string_view rest = text;
    const auto tls = take_scheme(rest);
    if (!tls || !std::all_of(rest.begin(), rest.end(), is_visible)) return not_a_url(text);
    if (rest.find_first_of("?#@\\\"") != std::string_view::npos) return not_a_url(text);
    std::string_view authority = rest.substr(0, rest.find('/'));
    rest.remove_prefix(authority.size());
    const auto host = take_host(authority);
    if (!host || host->empty()) return not_a_url(text);
    if (!authority.empty() && !authority.starts_with(':')) return not_a_url(text);
    std::string_view port = *tls ? tls_port : plain_port;
    if (!authority.empty()) port = authority.substr(1);
    if (!is_port(port)) return not_a_url(text);
    while (rest.ends_with('/')) rest.remove_suffix(1);
    return url{*tls, std::string{*host}, std::string{port}, std::string{rest}};
}

void append_percent_encoded(std::string& out, std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    for (const char c : text) {
        if (is_unreserved(c)) {
            out += c;
            continue;
        }
        const auto byte = static_cast<unsigned char>(c);
        out += '%';
        out += digits[byte >> 4];
        out += digits[byte & 15U];
    }
}

std::string percent_encoded(std::string_view text) {
    std::string out;
    append_percent_encoded(out, text);
    return out;
}

}  // namespace memstore::client
