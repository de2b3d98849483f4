#include "command/command_table.hpp"

#include "command/key_commands.hpp"

#include <algorithm>

namespace memstore::command {
namespace {

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

const definition* find_command(std::string_view name) noexcept {
    for (const definition& row : key_commands()) {
        const bool named = std::equal(
            name.begin(),
            name.end(),
            row.name.begin(),
            row.name.end(),
            [](char given, char known) { return lower(given) == known; }
        );
        if (named) return &row;
    }
    return nullptr;
}

}  // namespace memstore::command
