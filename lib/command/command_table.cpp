#include "command/command_table.hpp"

#include "base/ascii.hpp"
#include "command/check_commands.hpp"
#include "command/key_commands.hpp"
#include "command/number_commands.hpp"
#include "command/range_commands.hpp"
#include "command/ttl_commands.hpp"

#include <algorithm>

namespace memstore::command {
namespace {

/// The most frequent first.
constexpr const definition* table[] = {
    &get,
    &set,
    &del,
    &exists,
    &incr,
    &check,
    &append,
    &scan,
    &entry_of_key,
    &expire,
    &persist,
    &count,
    &delrange,
};

}  // namespace

std::span<const definition* const> commands() noexcept { return table; }

const definition* find_command(std::string_view name) noexcept {
    const auto* const found =
        std::find_if(std::begin(table), std::end(table), [&](const definition* row) {
            return base::same_ignoring_case(row->name, name);
        });
    return found != std::end(table) ? *found : nullptr;
}

}  // namespace memstore::command
