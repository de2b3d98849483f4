#pragma once

#include "app/client_table.hpp"

#include <string>

namespace memstore::app {

/// What `memstore COMMAND --help` prints.
std::string client_help_text(const client_command& command);

/// A line for each client command, for the help of all.
std::string client_commands_text();

}  // namespace memstore::app
