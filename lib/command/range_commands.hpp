#pragma once

#include "command/command_table.hpp"

namespace memstore::command {

/// Commands on the keys of a range, for the command table.
extern const definition scan;
extern const definition count;
extern const definition delrange;

}  // namespace memstore::command
