#include "http/router.hpp"

#include <algorithm>
#include <utility>

namespace memstore::http {
namespace {

/// Between the methods of a list, as the Allow field wants it.
constexpr std::string_view separator = ", ";

bool lists(std::string_view methods, std::string_view method) noexcept {
    while (!methods.empty()) {
        const std::string_view one = methods.substr(0, methods.find(separator));
        if (one == method) return true;
        methods.remove_prefix(std::min(one.size() + separator.size(), methods.size()));
    }
    return false;
}

/// What `/v1/keys/` and `/v1/execute/` are called: `/v1/keys/{key}` and `/v1/execute`.
std::string label_of_path(const route& one) {
    std::string label{one.path};
    if (one.open_ended) return label + "{key}";
    if (label.size() > 1 && label.back() == '/') label.pop_back();
    return label;
}

bool fits(const route& one, std::string_view path) noexcept {
    return one.open_ended ? path.starts_with(one.path) : path == one.path;
}

}  // namespace

const action* route::find(std::string_view method) const noexcept {
    for (const action& one : actions) {
        if (lists(one.methods, method)) return &one;
    }
    return nullptr;
}

router::router(std::vector<route> routes) : routes_(std::move(routes)) {
    for (route& each : routes_) {
        for (action& one : each.actions) {
            one.number = actions_++;
            const std::string_view methods = one.methods;
            labels_.push_back({label_of_path(each), methods.substr(0, methods.find(separator))});
            each.allow.append(one.methods).append(separator);
        }
        each.allow.append("OPTIONS");
    }
}

const route* router::find(std::string_view path) const noexcept {
    for (const route& one : routes_) {
        if (fits(one, path)) return &one;
    }
    return nullptr;
}

bool router::takes_pieces(std::string_view method, std::string_view path) const noexcept {
    const route* const found = find(path);
    const action* const wanted = found == nullptr ? nullptr : found->find(method);
    return wanted != nullptr && wanted->open != nullptr;
}

}  // namespace memstore::http
