#pragma once

#include "command/command_table.hpp"

namespace memstore::command {

/// Commands on integers, and the one that checks, for the command table.
extern const definition incr;
extern const definition check;

}  // namespace memstore::command
