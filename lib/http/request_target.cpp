#include "http/request_target.hpp"

#include <boost/beast/core/string.hpp>

#include <algorithm>
#include <array>

namespace memstore::http {
namespace {

constexpr std::array<bool, 256> not_in_a_host = [] {
    std::array<bool, 256> all{};
    for (const char c : std::string_view{" \t,/?#@\\\"<>"})
        all[static_cast<unsigned char>(c)] = true;
    return all;
}();

}  // namespace

std::optional<request_target> split_target(std::string_view target, std::string_view method) {
    request_target parts;
    if (target == "*" && method == "OPTIONS") return request_target{{}, target, {}};
    if (!target.starts_with('/') && boost::beast::iequals(target.substr(0, 7), "http://")) {
        target.remove_prefix(7);
        parts.authority = target.substr(0, target.find_first_of("/?"));
        target.remove_prefix(parts.authority.size());
        if (parts.authority.empty()) return std::nullopt;
        if (target.empty()) target = "/";
    }
    if (!target.starts_with('/')) return std::nullopt;
    parts.path = target.substr(0, target.find('?'));
    target.remove_prefix(parts.path.size());
    if (!target.empty()) parts.query = target.substr(1);
    return parts;
}

bool can_be_host(std::string_view host) noexcept {
    return std::none_of(host.begin(), host.end(), [](unsigned char c) { return not_in_a_host[c]; });
}

}  // namespace memstore::http
