#include "http/dispatcher.hpp"

#include "auth/rules.hpp"
#include "http/body_budget.hpp"
#include "http/origin_rule.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

namespace memstore::http {
namespace {

/// How much of what a client sent an error repeats.
constexpr std::size_t repeated_bytes_max = 100;

/// How long a body may be of whom nobody knows, where there are tokens: a quarter, for with its
/// header it may be as long again, and a buffer doubles. So it does not count in limits.buffered.
constexpr std::uint64_t unknown_body_bytes_max = body_budget::uncounted_bytes / 4;

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
    std::string what = "the methods of this route are " + found.allow;
    return {status::method_not_allowed, "method_not_allowed", std::move(what)};
}

problem starting(const readiness& ready) {
    return {status::unavailable, "starting", "the server is starting: " + ready.complaint()};
}

problem body_of_nobody() {
    std::string what = "without a token a body is not chunked, and no longer than " +
                       std::to_string(unknown_body_bytes_max) + " bytes";
    return {status::body_too_large, "body_too_large", std::move(what)};
}

problem forbidden_origin(std::string_view origin) {
    std::string what = "pages of this origin may not use this store: " + printable(origin);
    return {status::forbidden, "forbidden_origin", std::move(what)};
}

problem forbidden_embedding() {
    return {
        status::forbidden,
        "forbidden_origin",
        "pages of other sites may not use this store, not even as an image or a script"};
}

problem forbidden_host(std::string_view host) {
    std::string what =
        "a browser may not use this store under this name, unless "
        "cors.allowed-origins has an origin of it: " +
        printable(host);
    return {status::forbidden, "forbidden_host", std::move(what)};
}

}  // namespace

bool dispatcher::admit(request& asked, response& to) {
    to.clear();
    counted_ = find(asked, to) != nullptr;
    return counted_;
}

async::one_shot_event* dispatcher::dispatch(request& asked, response& to) {
    to.clear();
    const route* const found = find_once(asked, to);
    if (found == nullptr) return nullptr;
    const action* const wanted = found->find(asked.method);
    if (wanted != nullptr) return endpoint_of(*wanted).answer(asked, to);
    to.code = status::no_content;
    to.allow = found->allow;
    to.preflight = asked.preflight;
    return nullptr;
}

std::unique_ptr<body_sink> dispatcher::open(request& asked, response& to) {
    to.clear();
    const route* const found = find_once(asked, to);
    if (found == nullptr) return nullptr;
    return found->find(asked.method)->open(site_, asked, to);
}

/// The same as find(), where it may have been admitted before: that counts as one request.
const route* dispatcher::find_once(request& asked, response& to) {
    const route* const found = find(asked, to);
    counted_ = false;
    return found;
}

/// @return a route that has the method, be it OPTIONS; nullptr when `to` says why there is none
const route* dispatcher::find(request& asked, response& to) {
    asked.caller = nullptr;
    const route* const found = site_.routes.find(asked.path);
    const action* const wanted = found == nullptr ? nullptr : found->find(asked.method);
    latest_ = wanted == nullptr ? endpoints_.size() : wanted->number;
    if (!admit_asker(found, asked, to)) return nullptr;
    if (found == nullptr) {
        to.assign(no_such_route(asked.path));
        return nullptr;
    }
    if (wanted == nullptr && asked.method != "OPTIONS") {
        to.assign(no_such_method(*found));
        to.allow = found->allow;
        return nullptr;
    }
    if (wanted != nullptr && wanted->needs && asked.caller != nullptr) {
        const auto why = auth::objection_to_use(*asked.caller, *wanted->needs);
        if (why) {
            to.assign(*why);
            return nullptr;
        }
    }
    if (site_.ready.starting() && !found->for_everybody) {
        to.assign(starting(site_.ready));
        return nullptr;
    }
    const bool unknown = site_.tokens != nullptr && asked.caller == nullptr;
    if (unknown && asked.announced_bytes > unknown_body_bytes_max) {
        to.assign(body_of_nobody());
        return nullptr;
    }
    return found;
}

/// @param found  nullptr where there is no route
bool dispatcher::admit_asker(const route* found, request& asked, response& to) {
    if (found != nullptr && found->for_everybody) return true;
    if (!counted_ && !rates_.admit_address(now_, to)) {
        admit_reader(asked, to);
        return false;
    }
    if (!admit_page(asked, to)) return false;
    return (found != nullptr && found->needs_no_token) || admit_caller(asked, to);
}

bool dispatcher::admit_page(const request& asked, response& to) const {
    switch (judge_origin(asked, site_.options)) {
    case origin_verdict::own: return true;
    case origin_verdict::allowed: to.cross_origin = *asked.origin; return true;
    case origin_verdict::foreign_origin: to.assign(forbidden_origin(*asked.origin)); return false;
    case origin_verdict::foreign_page: to.assign(forbidden_embedding()); return false;
    case origin_verdict::foreign_host: to.assign(forbidden_host(asked.host)); return false;
    }
    return false;
}

/// Finds out whose `asked` is. A browser asks for OPTIONS on its own, without a token.
bool dispatcher::admit_caller(request& asked, response& to) {
    if (site_.tokens == nullptr || asked.method == "OPTIONS") return true;
    asked.caller = client_.find(asked.authorization, to);
    if (asked.caller == nullptr) return false;
    return counted_ || rates_.admit_token(client_.token(), now_, to);
}

void dispatcher::admit_reader(const request& asked, response& to) const {
    if (judge_origin(asked, site_.options) == origin_verdict::allowed) {
        to.cross_origin = *asked.origin;
    }
}

endpoint& dispatcher::endpoint_of(const action& one) {
    std::unique_ptr<endpoint>& made = endpoints_[one.number];
    if (made == nullptr) made = one.make(site_);
    return *made;
}

void dispatcher::trim() noexcept {
    for (const auto& one : endpoints_) {
        if (one != nullptr) one->trim();
    }
}

}  // namespace memstore::http
