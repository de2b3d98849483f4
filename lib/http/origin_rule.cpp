#include "http/origin_rule.hpp"

#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <string_view>

namespace memstore::http {
namespace {

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_ignoring_case(std::string_view a, std::string_view b) noexcept {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
        return lower(x) == lower(y);
    });
}

std::string_view authority_of(std::string_view origin) noexcept {
    const std::size_t scheme_end = origin.find("://");
    return scheme_end == std::string_view::npos ? std::string_view{}
                                                : origin.substr(scheme_end + 3);
}

/// The authority without its port; an address of version 6 without its brackets.
std::string_view host_of(std::string_view authority) noexcept {
    if (authority.starts_with('[')) return authority.substr(1, authority.find(']') - 1);
    return authority.substr(0, authority.find(':'));
}

bool is_address(std::string_view host) {
    boost::system::error_code not_one;
    boost::asio::ip::make_address(host, not_one);
    return !not_one;
}

/// Whether a name that pages of `host` were reached by is known to be ours.
bool is_own(std::string_view host, const settings& options) {
    if (is_address(host) || same_ignoring_case(host, "localhost")) return true;
    if (!host.empty() && same_ignoring_case(host, options.host)) return true;
    return std::any_of(
        options.allowed_origins.begin(),
        options.allowed_origins.end(),
        [host](std::string_view one) {
            const std::string_view listed = host_of(authority_of(one));
            return !listed.empty() && same_ignoring_case(host, listed);
        }
    );
}

}  // namespace

origin_verdict judge_origin(const request& asked, const settings& options) {
    if (!asked.origin) return origin_verdict::own;
    const auto& allowed = options.allowed_origins;
    const bool listed = std::any_of(allowed.begin(), allowed.end(), [&](std::string_view one) {
        return same_ignoring_case(one, *asked.origin);
    });
    const std::string_view authority = authority_of(*asked.origin);
    const bool of_its_host = !authority.empty() && same_ignoring_case(authority, asked.host);
    if (of_its_host && is_own(host_of(authority), options)) return origin_verdict::own;
    return listed ? origin_verdict::allowed : origin_verdict::forbidden;
}

}  // namespace memstore::http
