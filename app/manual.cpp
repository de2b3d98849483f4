#include "app/manual.hpp"

#include "app/client_line.hpp"
#include "app/command_table.hpp"
#include "app/help.hpp"
#include "app/option_table.hpp"
#include "app/version.hpp"

namespace memstore::app {
namespace {

/// The day on which what it says was last true of everything.
constexpr std::string_view day = "2026-11-27";

/// Text as it is to be read: a hyphen stays one, and nothing begins a request.
std::string roff(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool begins_line = out.empty() || out.back() == '\n';
        if (begins_line && (c == '.' || c == '\'')) out += "\\&";
        if (c == '-') {
            out += "\\-";
        } else if (c == '\\') {
            out += "\\e";
        } else {
            out += c;
        }
    }
    return out;
}

std::string heading(std::string_view name) { return ".SH " + std::string{name} + "\n"; }

/// A term in bold, what goes with it in italics, and what it means.
std::string entry(std::string_view term, std::string_view argument, const std::string& meaning) {
    std::string text = ".TP\n\\fB" + roff(term) + "\\fR";
    if (!argument.empty()) text += " \\fI" + roff(argument) + "\\fR";
    return text + "\n" + meaning + "\n";
}

std::string commands() {
    std::string text = heading("COMMANDS");
    for (const command_description& row : command_table()) {
        const std::string options = row.takes_options ? "[options]" : std::string{row.words};
        text += entry(row.name, options, roff(row.help) + ".");
    }
    return text;
}

std::string client_commands() {
    std::string text = heading("CLIENT COMMANDS");
    text += roff(
        "They ask the server at MEMSTORE_URL, or at --url. On a terminal they print tables, to "
        "anything "
        "else JSON. What follows -- is no option.\n"
    );
    for (const client_command& row : client_table()) {
        text += entry(row.name, row.words, roff(row.help) + ".");
        if (row.flags.empty()) continue;
        text += ".RS\n";
        for (const client_flag& each : row.flags) {
            const bool stands_alone = each.takes == arity::flag;
            text += entry(each.flag(), stands_alone ? "" : each.argument, roff(each.help) + ".");
        }
        text += ".RE\n";
    }
    text += ".PP\n" + roff("Each of them takes:\n");
    for (const client_flag& each : client_flags()) {
        const bool stands_alone = each.takes == arity::flag;
        text += entry(each.flag(), stands_alone ? "" : each.argument, roff(each.help) + ".");
    }
    return text;
}

/// As everywhere, and not only where the manual was made.
std::string default_anywhere(const option& row, const settings& defaults) {
    return row.name == "threads" ? "one a core" : default_text(row, defaults);
}

std::string options(const settings& defaults) {
    std::string text = heading("OPTIONS");
    text += roff(
        "Those of serve, config and healthcheck. Each is a flag, an environment variable and a key "
        "of the "
        "YAML file (limits.body is \"body\" below \"limits\"). A flag wins over the environment, "
        "that over "
        "the file. SIZE is in bytes or has KiB, MiB or GiB behind it; TIME is in seconds or has "
        "ms, s, m or "
        "h behind it.\n"
    );
    for (const option& row : option_table()) {
        std::string term = row.flag();
        if (row.letter != 0) term.insert(0, {'-', row.letter, ',', ' '});
        const std::string meaning = roff(row.help) + ".\n.br\n\\fB" + roff(row.environment()) +
                                    "\\fR, default " + roff(default_anywhere(row, defaults));
        text += entry(term, row.argument, meaning);
    }
    return text;
}

std::string exit_status() {
    return heading("EXIT STATUS") +
           roff(
               "Of a server: 0, it was stopped; 1, it could not start, or what it had committed "
               "last is lost; "
               "2, a bad option. Of a client command:\n"
           ) +
           ".nf\n" + roff(client_status_help()) + ".fi\n";
}

std::string environment() {
    return heading("ENVIRONMENT") +
           entry("MEMSTORE_URL", "", roff("The server that client commands ask.")) +
           entry(
               "MEMSTORE_TOKEN",
               "",
               roff("The token that they show. It is no flag: others see those.")
           ) +
           entry(
               "NOTIFY_SOCKET",
               "",
               roff("Where a server says when it is ready, as sd_notify(3) has it.")
           ) +
           roff(
               "All other variables that begin with MEMSTORE_ are options, and one that is "
               "misspelt is an "
               "error.\n"
           );
}

std::string files() {
    return heading("FILES") +
           entry(
               ".memstore.yaml",
               "",
               roff("In the working directory: options, unless --config names another.")
           ) +
           entry(
               "/etc/memstore/memstore.yaml",
               "",
               roff("Those of the service of the Debian package.")
           ) +
           entry(
               "/etc/memstore/admin.token",
               "",
               roff("The secret of the token that its installation made.")
           ) +
           entry("/var/lib/memstore", "", roff("Its journal and checkpoints."));
}

std::string signals() {
    return heading("SIGNALS") +
           entry(
               "SIGTERM",
               "",
               roff("and SIGINT end a server: it finishes what is under way. A second ends it at "
                    "once.")
           ) +
           entry("SIGHUP", "", roff("has it read the tokens file and the TLS files anew."));
}

std::string examples() {
    return heading("EXAMPLES") + ".nf\n" +
           roff(
               "memstore serve --port 8000 --journal.enable\n"
               "memstore set config/motd 'good morning' --ttl 8h\n"
               "memstore get config/motd\n"
               "memstore export backup.ndjson && memstore import backup.ndjson\n"
               "memstore watch config/ | jq -r .key\n"
               "memstore bench --load set --rate 20000 --seconds 30\n"
           ) +
           ".fi\n";
}

}  // namespace

std::string manual_page(const settings& defaults) {
    std::string text = ".TH MEMSTORE 1 \"" + std::string{day} + "\" \"memstore " +
                       std::string{version()} + "\" \"User Commands\"\n";
    text +=
        heading("NAME") + roff("memstore - a sharded, transactional in-memory store over HTTP\n");
    text += heading("SYNOPSIS") + "\\fBmemstore\\fR [\\fBserve\\fR] [\\fIoptions\\fR]\n.br\n" +
            "\\fBmemstore\\fR \\fIcommand\\fR [\\fIwords\\fR] [\\fIoptions\\fR]\n.br\n" +
            "\\fBmemstore\\fR \\fB\\-\\-version\\fR | \\fB\\-\\-help\\fR\n";
    text += heading("DESCRIPTION") +
            roff(
                "memstore serves keys and values over HTTP, with JSON. Each request is one "
                "transaction over any "
                "keys: it happens as a whole or not at all, at one point between request and "
                "answer. The keys "
                "are shared by nodes, whose number can change while it serves. With "
                "--journal.enable, what was "
                "acknowledged outlives the process and a power cut.\n"
            ) +
            ".PP\n" + roff("The same binary is a client of such a server.\n");
    text += commands() + client_commands() + options(defaults) + exit_status() + environment();
    return text + files() + signals() + examples() + heading("SEE ALSO") +
           "\\fBcurl\\fR(1), \\fBsystemctl\\fR(1)\n";
}

}  // namespace memstore::app
