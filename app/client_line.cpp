#include "app/client_line.hpp"

#include "log/line.hpp"

#include <boost/program_options/errors.hpp>
#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>
#include <boost/program_options/value_semantic.hpp>

#include <algorithm>

namespace memstore::app {
namespace {

namespace po = boost::program_options;

option_error mistake(std::string what) { return {std::move(what), client_usage}; }

po::options_description described(const std::vector<client_flag>& flags) {
    po::options_description all;
    all.add_options()("help,h", "");
    for (const client_flag& row : flags) {
        all.add_options()(std::string{row.name}.c_str(), po::value<std::string>());
    }
    return all;
}

/// Spells out what a flag that stands alone means, up to where there are words alone.
std::vector<std::string> with_values(
    std::vector<std::string> arguments,
    const std::vector<client_flag>& flags
) {
    for (std::string& argument : arguments) {
        if (argument == "--") break;
        const auto stands_alone = [&](const client_flag& row) {
            return row.takes == arity::flag && row.flag() == argument;
        };
        if (std::ranges::any_of(flags, stands_alone)) argument += "=true";
    }
    return arguments;
}

checked<client_line> read(const std::vector<po::option>& parsed, const client_command& command) {
    client_line line{.what = &command, .words = {}, .flags = {}};
    for (const po::option& one : parsed) {
        if (one.string_key.empty()) {
            line.words.insert(line.words.end(), one.value.begin(), one.value.end());
        } else if (one.string_key == "help") {
            line.help = true;
        } else {
            const bool first = line.flags.emplace(one.string_key, one.value.front()).second;
            if (!first) return mistake("--" + one.string_key + " is given twice");
        }
    }
    const bool fits =
        line.words.size() >= command.words_min && line.words.size() <= command.words_max;
    if (!fits && !line.help) return mistake("usage: " + client_usage_of(command));
    return line;
}

}  // namespace

bool is_client_line(const std::vector<std::string>& arguments) {
    return !arguments.empty() && find_client_command(arguments.front()) != nullptr;
}

checked<client_line> parse_client_line(const std::vector<std::string>& arguments) {
    namespace style = po::command_line_style;
    const client_command& command = *find_client_command(arguments.front());
    const auto flags = all_flags_of(command);
    const auto known = described(flags);
    try {
        const auto parsed =
            po::command_line_parser{with_values({arguments.begin() + 1, arguments.end()}, flags)}
                .options(known)
                .style(style::unix_style & ~style::allow_guessing)
                .run();
        return read(parsed.options, command);
    } catch (const po::unknown_option& unknown) {
        return mistake(
            "unknown option " + log::quoted(unknown.get_option_name()) + ": memstore " +
            std::string{command.name} + " --help lists those there are"
        );
    } catch (const po::error& bad) {
        return mistake(log::escaped(bad.what()) + " (memstore " + std::string{command.name} + ")");
    }
}

std::string client_usage_of(const client_command& command) {
    std::string usage = "memstore " + std::string{command.name};
    if (!command.words.empty()) usage.append(" ").append(command.words);
    return usage + " [options]";
}

}  // namespace memstore::app
