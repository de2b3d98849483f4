#pragma once

#include "app/client_text.hpp"

#include <boost/json/value.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace memstore::app {

/// What a server says of one of its nodes.
struct node_view {
    std::uint64_t partitions;
    std::uint64_t keys;
    std::uint64_t bytes;
    double operations_per_second;
    std::uint64_t queue_depth;
    double wait_us_mean;
};

/// What a server says of its cluster.
struct cluster_view {
    std::vector<node_view> nodes;
    std::uint64_t partitions = 0;
    std::uint64_t keys = 0;
    std::uint64_t bytes = 0;
    double operations_per_second = 0;
};

/// Reads the answer of GET /v1/cluster. @throws client_failed
cluster_view cluster_in(const boost::json::value& answer);

/// The nodes under each other, and their sum.
std::string nodes_table(const cluster_view& all);

/// One member for each figure, and `node_list`.
boost::json::object figures_json(const cluster_view& all);

}  // namespace memstore::app
