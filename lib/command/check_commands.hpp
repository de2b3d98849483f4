#pragma once

#include "command/command_table.hpp"

#include <cstdint>
#include <string_view>

namespace memstore::command {

/// The command that checks, for the command table.
extern const definition check;

/** Not in the table, for protocols with preconditions of their own: a check that the version of the
    key is one of `versions`, or, where `exists` is false, that it is none of them. A key that is
   not there has no version.
*/
extern const definition match;

/// Whether `number` is neither below `min` nor above `max` of a command that takes both.
bool within_bounds(const command& self, std::int64_t number) noexcept;

/// What is wrong with them; empty: nothing.
std::string_view objection_to_bounds(const command& self);

}  // namespace memstore::command
