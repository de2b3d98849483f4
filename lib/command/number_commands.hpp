#pragma once

#include "command/command_table.hpp"

namespace memstore::command {

/// Commands on integers, and the one that checks, for the command table.
extern const definition incr;
extern const definition check;

/** Not in the table, for protocols with preconditions of their own: a check that the version of the
    key is one of `versions`, or, where `exists` is false, that it is none of them. A key that is
   not there has no version.
*/
extern const definition match;

}  // namespace memstore::command
