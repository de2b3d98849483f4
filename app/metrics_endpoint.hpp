#pragma once

#include "http/endpoint.hpp"
#include "http/router.hpp"

#include <prometheus/collectable.h>

#include <memory>
#include <vector>

namespace memstore::app {

using collectors = std::vector<std::unique_ptr<prometheus::Collectable>>;

/// GET /metrics: what all collectors have, in Prometheus's text format.
class metrics_endpoint final : public http::endpoint {
public:
    /// @param asked_of  outlives it
    explicit metrics_endpoint(const collectors& asked_of) noexcept : collectors_(asked_of) {}

    async::one_shot_event* answer(const http::request& asked, http::response& to) override;

private:
    const collectors& collectors_;
};

/// Its route. @param asked_of  outlives the server; filled in before that serves
/// @param for_all  whether no token is needed where there are tokens; else it is one that may read
http::route metrics_route(const collectors& asked_of, bool for_all);

}  // namespace memstore::app
