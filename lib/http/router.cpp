#include "http/router.hpp"

#include <algorithm>

namespace memstore::http {
namespace {

/// Between the methods of a route, as the Allow field wants it.
constexpr std::string_view separator = ", ";

constexpr route routes[] = {
    {"/v1/execute", endpoint::execute, "POST, OPTIONS"},
    {"/v1/execute/", endpoint::execute, "POST, OPTIONS"},
    {"/livez", endpoint::livez, "GET, HEAD"},
    {"/readyz", endpoint::readyz, "GET, HEAD"},
    {"*", endpoint::server, "GET, HEAD, POST, OPTIONS"},
};

}  // namespace

bool route::allows(std::string_view method) const noexcept {
    for (std::string_view rest = methods; !rest.empty();) {
        const std::string_view one = rest.substr(0, rest.find(separator));
        if (one == method) return true;
        rest.remove_prefix(std::min(one.size() + separator.size(), rest.size()));
    }
    return false;
}

const route* find_route(std::string_view path) noexcept {
    for (const route& one : routes) {
        if (one.path == path) return &one;
    }
    return nullptr;
}

bool guarded_by_origin(std::string_view path) noexcept { return path.starts_with("/v1/"); }

}  // namespace memstore::http
