#include "http/origin_rule.hpp"

#include "base/ascii.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace memstore::http {
namespace {

std::string_view authority_of(std::string_view origin) noexcept {
    const std::size_t scheme_end = origin.find("://");
    return scheme_end == std::string_view::npos ? std::string_view{}
                                                : origin.substr(scheme_end + 3);
}

bool is_port(std::string_view text) noexcept {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// The authority without its port, an address of version 6 without its brackets; empty where it is
/// not well-formed.
std::string_view host_of(std::string_view authority) noexcept {
    const bool bracketed = authority.starts_with('[');
    const std::size_t end = std::min(authority.find(bracketed ? ']' : ':'), authority.size());
    const std::string_view host = authority.substr(0, end).substr(bracketed ? 1 : 0);
    if (bracketed && (end == authority.size() || host.find(':') == std::string_view::npos)) {
        return {};
    }
    const std::string_view rest = authority.substr(end + (bracketed ? 1 : 0));
    if (!rest.empty() && (rest.front() != ':' || !is_port(rest.substr(1)))) return {};
    return host;
}

bool is_address(std::string_view host) {
    boost::system::error_code not_one;
    boost::asio::ip::make_address(host, not_one);
    return !not_one;
}

/// Whether a name that pages of `host` were reached by is known to be ours.
bool is_own(std::string_view host, const settings& options) {
    if (is_address(host) || base::same_ignoring_case(host, "localhost")) return true;
    if (!host.empty() && base::same_ignoring_case(host, options.host)) return true;
    return std::any_of(
        options.allowed_origins.begin(),
        options.allowed_origins.end(),
        [host](std::string_view one) {
            const std::string_view listed = host_of(authority_of(one));
            return !listed.empty() && base::same_ignoring_case(host, listed);
        }
    );
}

bool is_browser(const field_block& fields) noexcept {
    if (fields.contains("Sec-Fetch-Site")) return true;
    if (fields.contains("Sec-Fetch-Mode")) return false;
    return fields.contains("Accept-Language") ||
           fields.find("User-Agent").value_or("").starts_with("Mozilla/");
}

/// Whether a page of another site loads it as a part of itself. Following a link is no such thing:
/// the page sees nothing of where that leads.
bool is_embedded_elsewhere(const field_block& fields) noexcept {
    const std::string_view site = fields.find("Sec-Fetch-Site").value_or("");
    if (site != "cross-site" && site != "same-site") return false;
    return fields.find("Sec-Fetch-Mode").value_or("") != "navigate";
}

origin_verdict judge_without_origin(const request& asked, const settings& options) {
    if (asked.method != "GET" && asked.method != "HEAD") return origin_verdict::own;
    if (is_embedded_elsewhere(asked.fields)) return origin_verdict::foreign_page;
    if (is_own(host_of(asked.host), options)) return origin_verdict::own;
    return is_browser(asked.fields) ? origin_verdict::foreign_host : origin_verdict::own;
}

}  // namespace

origin_verdict judge_origin(const request& asked, const settings& options) {
    if (!asked.origin) return judge_without_origin(asked, options);
    const auto& allowed = options.allowed_origins;
    const bool listed = std::any_of(allowed.begin(), allowed.end(), [&](std::string_view one) {
        return base::same_ignoring_case(one, *asked.origin);
    });
    const std::string_view authority = authority_of(*asked.origin);
    const bool of_its_host = !authority.empty() && base::same_ignoring_case(authority, asked.host);
    if (of_its_host && is_own(host_of(authority), options)) return origin_verdict::own;
    return listed ? origin_verdict::allowed : origin_verdict::foreign_origin;
}

}  // namespace memstore::http
