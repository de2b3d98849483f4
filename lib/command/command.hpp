#pragma once

#include "base/clock.hpp"
#include "command/argument.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace memstore::command {

struct definition;

/// One operation, as data. Its bytes are borrowed from the request that asked for it.
struct command {
    const definition* what = nullptr;  ///< its row of the command table
    argument_set given = {};           ///< those it was given; the others are as they begin here

    std::string_view key = {};
    std::string_view value = {};
    std::int64_t ttl_ms = 0;
    std::int64_t by = 1;
    std::int64_t min = std::numeric_limits<std::int64_t>::min();
    std::int64_t max = std::numeric_limits<std::int64_t>::max();
    std::int64_t version = 0;
    std::int64_t limit = 100;
    std::string_view prefix = {};
    std::string_view start = {};
    std::string_view end = {};
    std::string_view after = {};
    std::span<const std::uint64_t> versions = {};  ///< of `match`; no client writes them
    base::moment deadline = base::never;           ///< of `load`; no client writes it
    bool keep_ttl = false;
    bool exists = false;
    bool reverse = false;
    bool keys_only = false;
    /// It belongs to how a protocol answers, and shows nothing of the value; no client writes it.
    bool implied = false;

    bool has(argument one) const noexcept { return given.contains(one); }
};

/// Commands that happen all or not at all, in order.
struct transaction {
    /// Commands of which some are conditions, and decide which of the others run.
    struct branches {
        std::size_t conditions_end;  ///< from 0
        std::size_t then_end;  ///< from there: they run when all conditions hold; else the rest
    };

    std::vector<command> commands;
    bool dry_run = false;  ///< answer as if it had happened, change nothing
    std::optional<branches> branched = {};

    /// Whether it changes nothing, so that a snapshot can answer it.
    bool read_only() const noexcept;
};

}  // namespace memstore::command
