#pragma once

#include "app/journaling.hpp"
#include "cluster/cluster.hpp"
#include "http/server.hpp"
#include "metrics/transaction_meter.hpp"

#include <prometheus/collectable.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

namespace memstore::app {

/// What there is to be measured. All of it outlives the collectors.
struct measured {
    const metrics::transaction_meter& transactions;
    cluster::cluster& store;
    std::size_t memory_limit;  ///< 0: none
    const std::optional<journaling>& journal;
    http::server& server;  ///< which listens
};

/** What turns the figures of each part into metrics, under the names that are published.

    @par Threads  any, several at a time, while requests are served
*/
std::vector<std::unique_ptr<prometheus::Collectable>> make_collectors(const measured& what);

}  // namespace memstore::app
