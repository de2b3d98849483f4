#pragma once

#include "command/command_table.hpp"

#include <span>

namespace memstore::command {

/// The commands on one key, for the command table.
std::span<const definition> key_commands() noexcept;

}  // namespace memstore::command
