#include "app/completion.hpp"

#include "app/client_table.hpp"
#include "app/command_table.hpp"
#include "app/option_table.hpp"

#include <algorithm>
#include <vector>

namespace memstore::app {
namespace {

using words = std::vector<std::string>;

std::string joined(const words& all, std::string_view between) {
    std::string text;
    for (const std::string& each : all) text.append(text.empty() ? "" : between).append(each);
    return text;
}

void add_once(words& to, std::string_view word) {
    if (std::find(to.begin(), to.end(), word) == to.end()) to.emplace_back(word);
}

words command_names() {
    words all;
    for (const command_description& row : command_table()) add_once(all, row.name);
    for (const client_command& row : client_table()) add_once(all, row.name);
    return all;
}

/// What may follow a command that takes words of its own.
words actions_of(std::string_view command) {
    words all;
    for (const command_description& row : command_table()) {
        if (row.name == command) add_once(all, row.words.substr(0, row.words.find(' ')));
    }
    return all;
}

words server_flags() {
    words all{"--help", "--version"};
    for (const option& row : option_table()) all.push_back(row.flag());
    return all;
}

words client_flags_of(const client_command& command) {
    words all{"--help"};
    for (const client_flag& row : all_flags_of(command)) all.push_back(row.flag());
    return all;
}

/// The flags whose value is a name of a file or a directory.
words file_flags() {
    words all;
    for (const option& row : option_table()) {
        if (row.argument == "FILE" || row.argument == "DIR") all.push_back(row.flag());
    }
    for (const client_flag& row : client_flags()) {
        if (row.names_file) all.push_back(row.flag());
    }
    return all;
}

words value_flags() {
    words all{"-p"};
    const words files = file_flags();
    const auto add = [&](const std::string& flag, arity takes) {
        if (takes == arity::flag) return;
        if (std::find(files.begin(), files.end(), flag) == files.end()) add_once(all, flag);
    };
    for (const option& row : option_table()) add(row.flag(), row.takes);
    for (const client_command& command : client_table()) {
        for (const client_flag& row : all_flags_of(command)) add(row.flag(), row.takes);
    }
    return all;
}

std::string branch(const words& patterns, const std::string& what) {
    return "    " + joined(patterns, "|") + ") " + what + " ;;\n";
}

std::string flags_function() {
    std::string text = "_memstore_flags() {\n    case $1 in\n";
    for (const client_command& row : client_table()) {
        text +=
            branch({std::string{row.name}}, "echo \"" + joined(client_flags_of(row), " ") + "\"");
    }
    words plain;
    for (const command_description& row : command_table()) {
        if (!row.takes_options) add_once(plain, row.name);
    }
    text += branch(plain, "echo --help");
    return text + branch({"*"}, "echo \"" + joined(server_flags(), " ") + "\"") + "    esac\n}\n\n";
}

std::string words_function() {
    std::string text =
        "# The words that may stand at place $2 behind the command $1; - stands for a file.\n"
        "_memstore_words() {\n    case $1:$2 in\n";
    for (const std::string_view command : {"journal", "token", "completion"}) {
        text += branch(
            {std::string{command} + ":1"},
            "echo \"" + joined(actions_of(command), " ") + "\""
        );
    }
    words with_files{"journal:2"};
    for (const client_command& row : client_table()) {
        if (row.words_name_files) with_files.push_back(std::string{row.name} + ":1");
    }
    return text + branch(with_files, "echo -") + "    esac\n}\n\n";
}

constexpr std::string_view main_function = R"bash(_memstore() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
    local command= place=0 word words at
    COMPREPLY=()
    if _memstore_names_file "$previous"; then
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
        return
    fi
    _memstore_takes_value "$previous" && return
    for ((at = 1; at < COMP_CWORD; ++at)); do
        word=${COMP_WORDS[at]}
        if _memstore_names_file "$word" || _memstore_takes_value "$word"; then
            ((++at))
        elif [[ $word != -?* ]]; then
            [[ -z $command ]] || ((++place))
            [[ -n $command ]] || command=$word
        fi
    done
    if [[ $current == -* ]]; then
        words=$(_memstore_flags "${command:-serve}")
    elif [[ -z $command ]]; then
        words=$_memstore_commands
    else
        words=$(_memstore_words "$command" "$((place + 1))")
    fi
    if [[ $words == - ]]; then
        compopt -o filenames 2>/dev/null
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
    else
        mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
    fi
}

complete -F _memstore memstore
)bash";

std::string test_function(const std::string& name, const words& flags) {
    return name + "() {\n    case $1 in\n" + branch(flags, "return 0") +
           "    esac\n    return 1\n}\n\n";
}

}  // namespace

std::string bash_completion() {
    std::string text =
        "# bash completion for memstore(1), as `memstore completion bash` prints it.\n\n";
    text += "_memstore_commands=\"" + joined(command_names(), " ") + "\"\n\n";
    text += flags_function();
    text += words_function();
    text += test_function("_memstore_names_file", file_flags());
    text += test_function("_memstore_takes_value", value_flags());
    return text.append(main_function);
}

}  // namespace memstore::app
