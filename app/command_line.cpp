#include "app/command_line.hpp"

#include "log/line.hpp"

#include <boost/program_options/errors.hpp>
#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>
#include <boost/program_options/value_semantic.hpp>

#include <algorithm>
#include <optional>
#include <string_view>

namespace memstore::app {
namespace {

namespace po = boost::program_options;

po::options_description flags() {
    po::options_description all;
    all.add_options()("help,h", "")("version", "");
    for (const option& row : option_table()) {
        std::string name{row.name};
        if (row.letter != 0) name.append(",").append(1, row.letter);
        all.add_options()(name.c_str(), po::value<std::string>());
    }
    return all;
}

/// Spells out what a flag that stands alone means: Program_options would take the next argument for
/// its value.
std::vector<std::string> with_values(std::vector<std::string> arguments) {
    for (std::string& argument : arguments) {
        const auto stands_alone = [&](const option& row) {
            return row.takes == arity::flag && row.flag() == argument;
        };
        if (std::ranges::any_of(option_table(), stands_alone)) argument += "=true";
    }
    return arguments;
}

std::optional<command> find_command(std::string_view name) {
    if (name == "serve") return command::serve;
    if (name == "config") return command::config;
    if (name == "healthcheck") return command::healthcheck;
    if (name == "journal") return command::journal;
    if (name == "token") return command::token;
    if (name == "completion") return command::completion;
    if (name == "man") return command::man;
    return std::nullopt;
}

option_error bad_command_line(std::string what) { return {std::move(what), status_bad_option}; }

checked<command> command_of(const std::vector<std::string>& words) {
    if (words.empty()) return command::serve;
    const auto found = find_command(words.front());
    if (!found) {
        return bad_command_line(
            "unknown command " + log::quoted(words.front()) +
            ": memstore --help lists those there are"
        );
    }
    if (*found == command::completion) {
        if (words.size() == 2 && words[1] == "bash") return *found;
        return bad_command_line("completion takes: bash");
    }
    if (words.size() > 1 && *found != command::journal && *found != command::token) {
        return bad_command_line("unexpected argument " + log::quoted(words[1]) + " (command line)");
    }
    return *found;
}

checked<journal_request> journal_request_of(const std::vector<std::string>& words) {
    const auto action = words.size() > 1 ? find_journal_action(words[1]) : std::nullopt;
    if (!action || words.size() != 3 || words[2].empty()) {
        return bad_command_line("journal takes inspect, verify, dump or repair, and a directory");
    }
    return journal_request{*action, words[2]};
}

checked<token_request> token_request_of(const std::vector<std::string>& words) {
    if (words.size() < 3 || words.size() > 4 || words[1] != "new" || words[2].empty()) {
        return bad_command_line("token takes: new NAME [read,write,admin]");
    }
    token_request asked{.name = words[2]};
    if (words.size() == 3) return asked;
    const auto may = rights_in(words[3]);
    if (!may) return bad_command_line("the rights of a token are read, write and admin");
    asked.may = *may;
    return asked;
}

/// For the commands that take words and no options.
checked<void> read_words(const std::vector<std::string>& words, command_line& line) {
    const bool is_journal = line.what == command::journal;
    if (!line.options.empty()) {
        const std::string& origin = line.options.front().origin;
        return bad_command_line(
            std::string{is_journal ? "journal" : "token"} + " takes no options (" + origin + ")"
        );
    }
    if (is_journal) {
        auto journal = journal_request_of(words);
        if (!journal) return journal.error();
        line.journal = *std::move(journal);
        return {};
    }
    auto token = token_request_of(words);
    if (!token) return token.error();
    line.token = *std::move(token);
    return {};
}

checked<command_line> read(const std::vector<po::option>& parsed) {
    command_line line;
    std::optional<command> asked;
    std::vector<std::string> words;
    for (const po::option& one : parsed) {
        if (one.string_key.empty()) {
            words.insert(words.end(), one.value.begin(), one.value.end());
        } else if (one.string_key == "help") {
            asked = command::help;
        } else if (one.string_key == "version") {
            if (!asked) asked = command::version;
        } else {
            const option* row = find_option(one.string_key);
            const auto added = add_given(line.options, {row, one.value, "flag " + row->flag()});
            if (!added) return added.error();
        }
    }
    const auto named = command_of(words);
    if (!named) return named.error();
    line.what = asked.value_or(*named);
    if (line.what != command::journal && line.what != command::token) return line;
    const auto understood = read_words(words, line);
    if (!understood) return understood.error();
    return line;
}

}  // namespace

checked<command_line> parse_command_line(const std::vector<std::string>& arguments) {
    namespace style = po::command_line_style;
    const auto known = flags();
    try {
        const auto parsed = po::command_line_parser{with_values(arguments)}
                                .options(known)
                                .style(style::unix_style & ~style::allow_guessing)
                                .run();
        return read(parsed.options);
    } catch (const po::unknown_option& unknown) {
        return unknown_option(unknown.get_option_name(), "command line");
    } catch (const po::error& bad) {
        return bad_command_line(log::escaped(bad.what()) + " (command line)");
    }
}

}  // namespace memstore::app
