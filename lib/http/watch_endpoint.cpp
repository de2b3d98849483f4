#include "http/watch_endpoint.hpp"

#include "auth/rules.hpp"
#include "http/query.hpp"
#include "http/site.hpp"

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>

namespace memstore::http {
namespace {

constexpr std::string_view last_event_id = "Last-Event-ID";

/// A proxy that gathers an answer before it passes it on, as nginx does unless told otherwise,
/// would hold up events.
constexpr std::string_view event_fields = "Cache-Control: no-store\r\nX-Accel-Buffering: no\r\n";

struct wanted {
    std::string prefix;
    std::optional<std::uint64_t> after;
};

result<std::optional<std::uint64_t>> version_in(
    std::string_view name,
    std::optional<std::string_view> text
) {
    if (!text) return std::optional<std::uint64_t>{};
    const auto version = number_of(name, *text, 0, std::numeric_limits<std::uint64_t>::max());
    if (!version) return version.error();
    return std::optional{*version};
}

result<wanted> read(const request& asked) {
    std::optional<std::string> prefix;
    std::optional<std::string> from;
    const auto known = read_query(asked.query, {{"prefix", prefix}, {"from", from}});
    if (!known) return known.error();
    const auto queried = version_in("from", from);
    if (!queried) return queried.error();
    const auto resumed = version_in(last_event_id, asked.fields.find(last_event_id));
    if (!resumed) return resumed.error();
    wanted what{std::move(prefix).value_or(std::string{}), *resumed ? *resumed : *queried};
    if (asked.caller != nullptr) {
        auto why = auth::objection_to_reading(*asked.caller, what.prefix);
        if (why) return *std::move(why);
    }
    return what;
}

problem too_many(std::uint64_t limit) {
    std::string what =
        "there are as many watches as limits.watches allows: " + std::to_string(limit);
    const limit_violation violated{limit, limit + 1, "limits.watches"};
    return {status::unavailable, "too_many_watches", std::move(what), violated};
}

problem problem_of(const service::watch_refusal& refused) {
    using why = service::watch_refusal::why;
    const held_versions held{refused.oldest, refused.latest};
    switch (refused.reason) {
    case why::nothing_kept:
        return {status::not_found, "watching_off", "nothing is kept to watch: watch.history is 0"};
    case why::gone:
        return {
            .answer = status::gone,
            .code = "version_gone",
            .what = "what was committed behind this version is not held any more (watch.history)",
            .held = held};
    case why::not_reached: break;
    }
    return {
        .answer = status::gone,
        .code = "version_unknown",
        .what = "this store has not come to this version: it was of another, or of another life",
        .held = held};
}

void begin(std::unique_ptr<watch_stream> events, std::uint64_t behind, response& to) noexcept {
    to.version = behind;
    to.content_type = "text/event-stream";
    to.more_fields = event_fields;
    to.stream = std::move(events);
}

}  // namespace

async::one_shot_event* watch_endpoint::answer(const request& asked, response& to) {
    auto what = read(asked);
    if (!what) {
        to.assign(what.error());
        return nullptr;
    }
    auto place = site_.watches.enter();
    if (!place) {
        to.assign(too_many(site_.options.watches_max));
        return nullptr;
    }
    const bool from_present = what->after == std::uint64_t{0};
    // Before the snapshot, so that nothing is missed in between.
    if (from_present) what->after.reset();
    auto opened = commits_.open_watch(what->prefix, what->after);
    if (!opened) {
        to.assign(problem_of(opened.error()));
        return nullptr;
    }
    const std::uint64_t behind = (*opened)->began_behind();
    next_ = std::make_unique<watch_stream>(std::move(*opened), std::move(*place), silence_);
    if (!from_present) {
        begin(std::move(next_), behind, to);
        return nullptr;
    }
    prefix_ = std::move(what->prefix);
    to_ = &to;
    taken_.reset();
    return present_.take_snapshot(*this) ? nullptr : &taken_;
}

void watch_endpoint::take(result<std::unique_ptr<service::snapshot>> taken) noexcept {
    if (taken) {
        const std::uint64_t version = (*taken)->version();
        next_->show_first(*std::move(taken), std::move(prefix_));
        begin(std::move(next_), version, *to_);
    } else {
        next_.reset();
        to_->assign(taken.error());
    }
    taken_.set();
}

route watch_route(
    service::watch_service& commits,
    service::snapshot_service& present,
    std::chrono::milliseconds silence
) {
    const auto make = [&commits, &present, silence](const site& whose
                      ) -> std::unique_ptr<endpoint> {
        return std::make_unique<watch_endpoint>(whose, commits, present, silence);
    };
    return {
        .path = "/v1/watch",
        .actions = {{.methods = "GET, HEAD", .make = make, .needs = service::right::read}}};
}

}  // namespace memstore::http
