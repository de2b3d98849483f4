#include "app/metrics_endpoint.hpp"

#include "http/query.hpp"
#include "metrics/text.hpp"

namespace memstore::app {

async::one_shot_event* metrics_endpoint::answer(const http::request& asked, http::response& to) {
    const auto understood = http::read_query(asked.query, {});
    if (!understood) {
        to.assign(understood.error());
        return nullptr;
    }
    for (const auto& each : collectors_) metrics::append_text(to.body, each->Collect());
    to.content_type = metrics::text_type;
    to.more_fields = http::no_store_field;
    return nullptr;
}

http::route metrics_route(const collectors& asked_of, bool for_all) {
    const auto make = [&asked_of](const http::site&) -> std::unique_ptr<http::endpoint> {
        return std::make_unique<metrics_endpoint>(asked_of);
    };
    return {
        .path = "/metrics",
        .actions = {{.methods = "GET, HEAD", .make = make, .needs = service::right::read}},
        .needs_no_token = for_all};
}

}  // namespace memstore::app
