#include "http/export_endpoint.hpp"

#include "auth/rules.hpp"
#include "base/limits.hpp"
#include "http/query.hpp"
#include "http/refusals.hpp"

#include <optional>
#include <string>
#include <utility>

namespace memstore::http {
namespace {

constexpr std::string_view lines_type = "application/x-ndjson";

}  // namespace

async::one_shot_event* export_endpoint::answer(const request& asked, response& to) {
    to.more_fields = foreign_bytes_fields;
    const auto good = read(asked);
    if (!good) {
        to.assign(good.error());
        return nullptr;
    }
    to_ = &to;
    taken_.reset();
    return of_.take_snapshot(*this) ? nullptr : &taken_;
}

result<void> export_endpoint::read(const request& asked) {
    std::optional<std::string> prefix;
    std::optional<std::string> versions;
    auto read = read_query(asked.query, {{"prefix", prefix}, {"versions", versions}});
    if (!read) return read;
    export_stream::choice what;
    if (versions) {
        const auto wanted = flag_of("versions", *versions);
        if (!wanted) return wanted.error();
        what.versions = *wanted;
    }
    if (prefix) what.prefix = *std::move(prefix);
    if (what.prefix.size() > base::key_bytes_max) {
        return key_too_long("prefix", what.prefix.size());
    }
    if (asked.caller != nullptr) {
        auto why = auth::objection_to_reading(*asked.caller, what.prefix);
        if (why) return *std::move(why);
    }
    // Made now, since there may be no memory later, when nobody can be told.
    next_ = std::make_unique<export_stream>(std::move(what));
    return {};
}

void export_endpoint::take(result<std::unique_ptr<service::snapshot>> taken) noexcept {
    if (taken) {
        to_->version = (*taken)->version();
        to_->content_type = lines_type;
        next_->show(*std::move(taken));
        to_->stream = std::move(next_);
    } else {
        to_->assign(taken.error());
    }
    taken_.set();
}

route export_route(service::snapshot_service& of) {
    const auto make = [&of](const site&) { return std::make_unique<export_endpoint>(of); };
    return {
        .path = "/v1/export",
        .actions = {{.methods = "GET, HEAD", .make = make, .needs = service::right::read}}};
}

}  // namespace memstore::http
