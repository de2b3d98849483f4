#pragma once

#include "app/cluster_control.hpp"
#include "async/one_shot_event.hpp"
#include "http/endpoint.hpp"

namespace memstore::app {

/// GET /v1/cluster: what there is, and what comes to it.
class cluster_reader final : public http::endpoint {
public:
    /// @param control  outlives it
    explicit cluster_reader(cluster_control& control) noexcept : control_(control) {}

    async::one_shot_event* answer(const http::request& asked, http::response& to) override;

private:
    cluster_control& control_;
};

/// PATCH /v1/cluster: has so many nodes share the keys, and says what moved.
class cluster_resizer final : public http::endpoint {
public:
    /// @param control  outlives it
    explicit cluster_resizer(cluster_control& control) noexcept : control_(control) {}

    async::one_shot_event* answer(const http::request& asked, http::response& to) override;

private:
    cluster_control& control_;
    async::one_shot_event answered_;
};

/// POST /v1/cluster/rebalance: moves partitions by load, and says which.
class cluster_rebalancer final : public http::endpoint {
public:
    /// @param control  outlives it
    explicit cluster_rebalancer(cluster_control& control) noexcept : control_(control) {}

    async::one_shot_event* answer(const http::request& asked, http::response& to) override;

private:
    cluster_control& control_;
    async::one_shot_event answered_;
};

}  // namespace memstore::app
