#include "app/help.hpp"

#include "app/client_help.hpp"
#include "app/command_table.hpp"
#include "app/option_table.hpp"
#include "app/version.hpp"

#include <boost/algorithm/string/join.hpp>

#include <algorithm>

namespace memstore::app {
namespace {

constexpr std::string_view usage = R"(
Usage:
)";

constexpr std::string_view about_clients = R"(  memstore --version | --help

As a client of a server (memstore COMMAND --help says more):
)";

constexpr std::string_view about_options = R"(
Options of a server, each of them a flag, an environment variable and a key of the YAML file
(limits.body is "body" below "limits"). A flag wins over the environment, the environment over the
file. SIZE is in bytes or has KiB, MiB or GiB behind it; TIME is in seconds or has ms, s, m or h
behind it.

)";

std::string syntax(const option& row) {
    const std::string letter = row.letter == 0 ? "    " : std::string{"-"} + row.letter + ", ";
    const std::string argument{row.argument};
    const bool optional = row.takes == arity::flag;
    return "  " + letter + row.flag() + (optional ? "[=" + argument + "]" : " " + argument);
}

std::string syntax(const command_description& row) {
    constexpr std::size_t width = 34;
    const std::string_view options = row.takes_options ? "[options]" : row.words;
    const std::string name{row.name};
    std::string line = "  memstore " + (row.may_be_left_out ? "[" + name + "]" : name) + " ";
    line.append(options);
    line.resize(std::max(line.size() + 2, width), ' ');
    return line.append(row.help).append("\n");
}

}  // namespace

std::string default_text(const option& row, const settings& defaults) {
    const std::string value = boost::algorithm::join(row.shown(defaults), ",");
    return value.empty() ? "none" : value;
}

std::string help_text(const settings& defaults) {
    const auto& table = option_table();
    std::size_t width = 0;
    for (const option& row : table) width = std::max(width, syntax(row).size() + 2);

    std::string text = "memstore " + std::string{version()} +
                       ": a sharded, transactional in-memory store over HTTP\n";
    text += usage;
    for (const command_description& row : command_table()) text += syntax(row);
    text += about_clients;
    text += client_commands_text();
    text += about_options;
    for (const option& row : table) {
        std::string line = syntax(row);
        line.resize(width, ' ');
        text += line + std::string{row.help} + '\n';
        text += std::string(width, ' ') + row.environment() + ", default " +
                default_text(row, defaults) + '\n';
    }
    return text;
}

}  // namespace memstore::app
