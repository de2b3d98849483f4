#include "http/dispatcher.hpp"

#include "http/origin_rule.hpp"

#include <algorithm>
#include <string>
#include <string_view>

namespace memstore::http {
namespace {

/// How much of what a client sent an error repeats.
constexpr std::size_t repeated_bytes_max = 100;

/// The beginning of a path or a field, safe in any text: of a request's bytes any above 0x20 may be
/// here.
std::string printable(std::string_view bytes) {
    std::string text{bytes.substr(0, repeated_bytes_max)};
    std::replace_if(
        text.begin(),
        text.end(),
        [](char c) { return c < ' ' || c > '~'; },
        '?'
    );
    return text;
}

problem no_such_route(std::string_view path) {
    return {status::not_found, "not_found", "no such route: " + printable(path)};
}

problem no_such_method(const route& found) {
    std::string what = "the methods of this route are " + std::string{found.methods};
    return {status::method_not_allowed, "method_not_allowed", std::move(what)};
}

problem forbidden_origin(std::string_view origin) {
    std::string what = "pages of this origin may not use this store: " + printable(origin);
    return {status::forbidden, "forbidden_origin", std::move(what)};
}

}  // namespace

bool dispatcher::dispatch(const request& asked, response& to) {
    const route* const found = find(asked, to);
    return found == nullptr || serve(*found, asked, to);
}

const route* dispatcher::find(const request& asked, response& to) const {
    to.clear();
    if (guarded_by_origin(asked.path) && !admit_origin(asked, to)) return nullptr;
    const route* const found = find_route(asked.path);
    if (found == nullptr) {
        to.assign(no_such_route(asked.path));
        return nullptr;
    }
    if (!found->allows(asked.method)) {
        to.assign(no_such_method(*found));
        to.allow = found->methods;
        return nullptr;
    }
    return found;
}

bool dispatcher::admit_origin(const request& asked, response& to) const {
    switch (judge_origin(asked, site_.options)) {
    case origin_verdict::own: return true;
    case origin_verdict::allowed: to.cross_origin = *asked.origin; return true;
    case origin_verdict::forbidden: to.assign(forbidden_origin(*asked.origin)); return false;
    }
    return false;
}

bool dispatcher::serve(const route& found, const request& asked, response& to) {
    if (asked.method == "OPTIONS") {
        to.code = status::no_content;
        to.allow = found.methods;
        to.preflight = asked.preflight;
        return true;
    }
    switch (found.target) {
    case endpoint::execute: return execute_.execute(asked, to);
    case endpoint::readyz: report_readiness(to); break;
    case endpoint::livez:
    case endpoint::server: to.assign_text(status::ok, "ok"); break;
    }
    return true;
}

void dispatcher::report_readiness(response& to) const {
    if (site_.draining.load(std::memory_order_relaxed)) {
        to.assign_text(status::unavailable, "draining");
    } else {
        to.assign_text(status::ok, "ok");
    }
}

}  // namespace memstore::http
