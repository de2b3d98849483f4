#pragma once

#include "http/request_meter.hpp"
#include "net/connection.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace memstore::http {

/// What was asked of one route by some of its methods.
struct route_figures {
    std::string_view route = {};   ///< as router::label has it; empty: of none
    std::string_view method = {};  ///< the first of those methods
    action_counts counts = {};
};

/// What a server has done since the beginning.
struct server_figures {
    std::vector<route_figures> routes;  ///< each pair of route and method once
    refusal_counts refusals;
    over_rate_counts over_rates;
    net::traffic traffic;
    std::uint64_t slow_requests = 0;  ///< that took slowlog.threshold or longer
};

}  // namespace memstore::http
