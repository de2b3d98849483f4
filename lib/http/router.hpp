#pragma once

#include "http/body_sink.hpp"
#include "http/endpoint.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "service/caller.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace memstore::http {

struct site;

/// The need of an action whose requests say themselves what they need: there it is judged.
inline constexpr std::optional<service::right> as_asked = std::nullopt;

/// What some methods of a route do.
struct action {
    std::string_view methods;  ///< as an Allow field has them

    /// Makes what answers them in a session, when that is first asked to.
    std::function<std::unique_ptr<endpoint>(const site&)> make = {};

    /// In place of that, for a body in pieces: makes what takes that of one request, of which it
    /// borrows nothing but its caller; nullptr where the answer says why not.
    std::function<std::unique_ptr<body_sink>(const site&, const request&, response&)> open = {};

    /// What one must be allowed to use it, where that matters.
    std::optional<service::right> needs = service::right::admin;

    std::size_t number = 0;  ///< its place among those of all routes; the router's to give
};

/// A path, or the beginning of paths, and what is there. OPTIONS goes without saying.
struct route {
    std::string_view path;
    std::vector<action> actions;
    bool open_ended = false;      ///< anything may follow `path`
    bool for_everybody = false;   ///< pages of any site may ask, and whoever has no token
    bool needs_no_token = false;  ///< whoever has no token may ask, but only pages that may at all
    std::string allow = {};  ///< all its methods, as an Allow field has them; the router's to give

    /// What `method` does here; nullptr where nothing. Methods are case-sensitive.
    const action* find(std::string_view method) const noexcept;
};

/** Finds what answers a request.

    Paths are compared as they came: only what follows an open end is there to be decoded.

    @par Threads  any; it never changes
*/
class router {
public:
    /// @param routes  of those that fit a path, the first is its route
    explicit router(std::vector<route> routes);

    /// The route of `path`, given without its query; nullptr when there is none.
    const route* find(std::string_view path) const noexcept;

    /// Whether a body is taken in pieces.
    bool takes_pieces(std::string_view method, std::string_view path) const noexcept;

    const std::vector<route>& routes() const noexcept { return routes_; }
    /// An action for people and figures: its route, with a word in braces for what may follow an
    /// open end, and the first of its methods.
    struct label {
        std::string path;
        std::string_view method;
    };
    const label& label_of(std::size_t action) const noexcept { return labels_[action]; }

    /// How many actions all routes have.
    std::size_t actions() const noexcept { return actions_; }

private:
    std::vector<route> routes_;
    std::vector<label> labels_;  ///< by action
    std::size_t actions_ = 0;
};

}  // namespace memstore::http
