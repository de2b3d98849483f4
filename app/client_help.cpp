#include "app/client_help.hpp"

#include "app/client_line.hpp"

#include <algorithm>

namespace memstore::app {
namespace {

std::string syntax(const client_flag& row) {
    if (row.takes == arity::flag) return "  " + row.flag();
    return "  " + row.flag() + " " + std::string{row.argument};
}

std::string padded(std::string text, std::size_t width) {
    return text.append(std::max(width, text.size() + 2) - text.size(), ' ');
}

}  // namespace

std::string client_help_text(const client_command& command) {
    const auto flags = all_flags_of(command);
    std::size_t width = 0;
    for (const client_flag& row : flags) width = std::max(width, syntax(row).size() + 2);
    std::string text = "Usage: " + client_usage_of(command) + "\n\n  " + std::string{command.help} +
                       "\n\nOptions:\n";
    for (const client_flag& row : flags) {
        text.append(padded(syntax(row), width)).append(row.help).append("\n");
    }
    text += padded("  -h, --help", width) + "print this\n";
    text +=
        "\nA token is read from MEMSTORE_TOKEN. SIZE is in bytes or has KiB, MiB or GiB behind it; "
        "TIME is in\nseconds or has ms, s, m or h behind it. Behind -- there are words alone.\n";
    return text.append("\nExit status:\n").append(client_status_help());
}

std::string client_commands_text() {
    std::string text;
    for (const client_command& row : client_table()) {
        std::string usage = "  memstore ";
        usage.append(row.name).append(" ").append(row.words);
        text.append(padded(std::move(usage), 34)).append(row.help).append("\n");
    }
    return text;
}

}  // namespace memstore::app
