#pragma once

#include "command/command_table.hpp"

namespace memstore::command {

/// Commands on one key, for the command table.
extern const definition get;
extern const definition set;
extern const definition del;
extern const definition exists;
extern const definition append;
extern const definition entry_of_key;

}  // namespace memstore::command
