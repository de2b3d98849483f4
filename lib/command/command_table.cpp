#include "command/command_table.hpp"

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

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_called(const definition& row, std::string_view name) noexcept {
    return std::equal(
        name.begin(),
        name.end(),
        row.name.begin(),
        row.name.end(),
        [](char given, char known) { return lower(given) == known; }
    );
}

}  // namespace

const definition* find_command(std::string_view name) noexcept {
    const auto* const found =
        std::find_if(std::begin(table), std::end(table), [&](const definition* row) {
            return is_called(*row, name);
        });
    return found != std::end(table) ? *found : nullptr;
}

}  // namespace memstore::command
