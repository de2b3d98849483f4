#pragma once

#include "command/command_table.hpp"

namespace memstore::command {

/// The command on integers, for the command table.
extern const definition incr;

}  // namespace memstore::command
