#pragma once

#include "base/clock.hpp"
#include "command/command_table.hpp"
#include "store/keyspace.hpp"

#include <cstdint>
#include <optional>

namespace memstore::command {

/// Commands on how long a key lives, for the command table.
extern const definition expire;
extern const definition persist;

/// The moment `ttl_ms` from now.
base::moment deadline_in(std::int64_t ttl_ms, store::keyspace& keys);

/// How long `there` lives yet, in milliseconds; nothing: for ever.
std::optional<std::int64_t> ttl_ms_of(const store::keyspace::entry& there, store::keyspace& keys);

}  // namespace memstore::command
