#pragma once

#include "base/limits.hpp"
#include "http/rate_settings.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace memstore::http {

/// How to serve. What is an option is named beside it.
struct settings {
    std::string host = {};  ///< address: what we listen at, as a name or not
    base::request_limits limits = {};
    rate_settings rates = {};
    std::chrono::milliseconds idle_timeout{60'000};     ///< timeouts.idle
    std::chrono::milliseconds request_timeout{30'000};  ///< timeouts.request
    std::size_t connections_max = 10'000;               ///< limits.connections
    /// limits.connections-per-address; 0: as many
    std::size_t connections_per_address_max = 5'000;
    std::size_t watches_max = 5'000;                   ///< limits.watches
    std::uint64_t buffered_bytes_max = 1'073'741'824;  ///< limits.buffered
    std::vector<std::string> allowed_origins = {};     ///< cors.allowed-origins
    bool access_log = false;                           ///< log.access
    std::chrono::milliseconds slow_threshold{100};     ///< slowlog.threshold
    std::size_t slow_entries_max = 128;                ///< slowlog.entries
};

}  // namespace memstore::http
