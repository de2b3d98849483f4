#pragma once

#include "cluster/memory_policy.hpp"
#include "http/settings.hpp"
#include "log/logger.hpp"
#include "net/tls_server.hpp"
#include "persist/journal.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace memstore::app {

/// Where and how commits are kept.
struct journal_settings {
    bool enable = false;
    std::string path = "memstore-data";
    bool recover_on_startup = true;
    persist::sync_policy fsync = persist::sync_policy::always;
    std::uint64_t segment_bytes = persist::journal_settings{}.segment_bytes;
    /// A checkpoint is written when the journal has grown by so much since the last.
    std::uint64_t checkpoint_bytes = std::uint64_t{128} * 1024 * 1024;
};

/// Who may ask.
struct auth_settings {
    std::string tokens_file;  ///< empty: there are no tokens, and everybody may do anything
    bool required = false;    ///< there must be tokens
};

/// What can be configured, each value one row of option_table(). What stands here is the default.
struct settings {
    std::string address = "127.0.0.1";
    std::uint16_t port = 8080;
    std::uint32_t nodes = 4;       ///< 0: auto, as many as the cores ask for
    bool nodes_asked_for = false;  ///< resolve(): by whatever source
    bool rate_asked_for = false;   ///< the same of any figure of rate.*
    bool token_rate_asked_for = false;
    bool journal_enable_forgotten = false;  ///< other journal.* is given, and it is not
    bool auto_rebalance = false;
    std::uint32_t partitions = 271;
    std::uint32_t threads = 1;     ///< resolve() starts from the number of cores
    std::size_t memory_limit = 0;  ///< 0: none
    cluster::memory_policy memory_policy = cluster::memory_policy::reject;
    std::string config;     ///< empty: .memstore.yaml, if it is there
    std::string port_file;  ///< empty: none
    /// Less than the ten seconds after which `docker stop` kills.
    std::chrono::milliseconds drain_timeout = std::chrono::seconds{8};
    std::size_t watch_history_bytes = std::size_t{4} * 1024 * 1024;  ///< 0: nothing to watch
    bool metrics_public = false;                                     ///< /metrics needs no token
    http::settings http;
    auth_settings auth;
    net::tls_files tls;  ///< no certificate: connections are plain
    journal_settings journal;
    log::level log_level = log::level::info;
    log::format log_format = log::format::text;
};

}  // namespace memstore::app
