#include "command/command.hpp"

#include "command/command_table.hpp"

#include <algorithm>

namespace memstore::command {

bool transaction::read_only() const noexcept {
    return dry_run || std::none_of(commands.begin(), commands.end(), [](const command& each) {
               return each.what->writes;
           });
}

}  // namespace memstore::command
