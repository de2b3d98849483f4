#include "http/origin_rule.hpp"

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

}  // namespace

origin_verdict judge_origin(const request& asked, std::span<const std::string> allowed) noexcept {
    if (!asked.origin) return origin_verdict::own;
    const std::string_view authority = authority_of(*asked.origin);
    if (!authority.empty() && same_ignoring_case(authority, asked.host)) return origin_verdict::own;
    const bool listed = std::any_of(allowed.begin(), allowed.end(), [&](std::string_view one) {
        return same_ignoring_case(one, *asked.origin);
    });
    return listed ? origin_verdict::allowed : origin_verdict::forbidden;
}

}  // namespace memstore::http
