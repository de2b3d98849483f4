#pragma once

#include "base/clock.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace memstore::command {

struct definition;

/// One operation on one key, as data. Its bytes are borrowed from the request that asked for it.
struct command {
    const definition* what = nullptr;  ///< its row of the command table
    std::string_view key = {};
    std::string_view value = {};
    std::optional<std::chrono::milliseconds> ttl = {};
    bool keep_ttl = false;
};

/// Commands that happen all or not at all, in order.
struct transaction {
    std::vector<command> commands;
    bool dry_run = false;  ///< answer as if it had happened, change nothing

    /// Whether it changes nothing, so that a snapshot can answer it.
    bool read_only() const noexcept;
};

}  // namespace memstore::command
