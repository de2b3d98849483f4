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

/** Puts a key with the deadline that it had elsewhere; answers whether it is there now: where the
    deadline has passed, it is not. No client's: what imports are made of.
*/
extern const definition load;

}  // namespace memstore::command
