#pragma once

#include "http/settings.hpp"
#include "log/logger.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace memstore::app {

/// What can be configured, each value one row of option_table(). What stands here is the default.
struct settings {
    std::string address = "127.0.0.1";
    std::uint16_t port = 8080;
    std::uint32_t nodes = 4;
    std::uint32_t partitions = 271;
    std::uint32_t threads = 1;     ///< resolve() starts from the number of cores
    std::size_t memory_limit = 0;  ///< 0: none
    std::string config;            ///< empty: .memstore.yaml, if it is there
    std::string port_file;         ///< empty: none
    /// Less than the ten seconds after which `docker stop` kills.
    std::chrono::milliseconds drain_timeout = std::chrono::seconds{8};
    http::settings http;
    log::level log_level = log::level::info;
    log::format log_format = log::format::text;
};

}  // namespace memstore::app
