#include "app/client_table.hpp"

#include <algorithm>

namespace memstore::app {
namespace {

client_flag flag(std::string_view name, std::string_view help) {
    return {{name, "BOOL", help}, arity::flag};
}

client_flag value(std::string_view name, std::string_view argument, std::string_view help) {
    return {{name, argument, help}};
}

std::vector<client_flag> load_flags() {
    return {
        value("load", "KIND", "get, set, mixed (four gets to a set) or transaction; default mixed"),
        value("connections", "N", "connections at a time; default 16"),
        value("seconds", "N", "for how long; default 10"),
        value("rate", "R", "requests a second in all, whatever the answers take: an open loop"),
        value("keys", "N", "keys to choose from; default 100000"),
        value("value-size", "SIZE", "bytes of a value; default 64"),
        value("commands", "N", "commands of a transaction, two at a time; default 2"),
        value("pipeline", "N", "requests that are sent at once on a connection; default 1"),
        value("threads", "N", "threads that ask; default one a core, at most 4"),
    };
}

std::vector<client_command> make_table() {
    using enum client_action;
    return {
        {"get", get, "KEY", "print the bytes of a value; exit status 1 where there is none", 1, 1},
        {"set",
         set,
         "KEY VALUE|-",
         "set a value, with - from standard input",
         2,
         2,
         false,
         {value("ttl", "TIME", "how long the key lives")}},
        {"del",
         del,
         "KEY...",
         "remove keys in one transaction; exit status 1 where one was absent",
         1,
         any_number_of_words},
        {"scan",
         scan,
         "[PREFIX]",
         "list keys and values in bytewise order",
         0,
         1,
         false,
         {value("limit", "N", "at most so many; default 100"),
          value("after", "KEY", "begin behind this key"),
          flag("reverse", "from the last to the first"),
          flag("keys-only", "without values"),
          flag("all", "all there are, in one transaction for each 10000")}},
        {"exec",
         exec,
         "[FILE|-]",
         "run a transaction in JSON, or a list of its commands, and print the results",
         0,
         1,
         true},
        {"watch",
         watch,
         "[PREFIX]",
         "print every change, a line each; goes on by itself after a cut",
         0,
         1,
         false,
         {value("from", "VERSION", "begin behind this version; 0: with what is there")}},
        {"export",
         export_keys,
         "[FILE]",
         "write all keys as of one moment, a line of JSON each",
         0,
         1,
         true,
         {value("prefix", "PREFIX", "only keys that begin so")}},
        {"import", import_keys, "FILE|-", "write the keys of an export", 1, 1, true},
        {"status", status, "", "print whether the server is ready, its nodes, keys and bytes"},
        {"bench", bench, "", "put load on a server and measure it", 0, 0, false, load_flags()},
        {"top",
         top,
         "",
         "show what the nodes do, anew each interval, until q or Ctrl-C",
         0,
         0,
         false,
         {value("interval", "TIME", "how long it is between two looks; default 1s"),
          value("count", "N", "look so often and end; default: without end")}},
    };
}

}  // namespace

const std::vector<client_command>& client_table() {
    static const std::vector<client_command> table = make_table();
    return table;
}

const std::vector<client_flag>& client_flags() {
    static const std::vector<client_flag> flags{
        {{"url", "URL", "the server; default MEMSTORE_URL or http://127.0.0.1:8080"}},
        {{"ca", "FILE", "who vouches for an https server, in PEM; default: the system's"},
         arity::one,
         true},
        {{"timeout", "TIME", "how long the server may be silent; default 30s"}},
        flag("json", "print JSON, as where standard output is no terminal"),
        flag("table", "print a table, as on a terminal"),
    };
    return flags;
}

const client_command* find_client_command(std::string_view name) {
    const auto& table = client_table();
    const auto found = std::find_if(table.begin(), table.end(), [name](const auto& row) {
        return row.name == name;
    });
    return found == table.end() ? nullptr : &*found;
}

std::vector<client_flag> all_flags_of(const client_command& command) {
    std::vector<client_flag> all = command.flags;
    all.insert(all.end(), client_flags().begin(), client_flags().end());
    return all;
}

std::string_view client_status_help() noexcept {
    return "  0  done\n"
           "  1  the key is absent, a check failed, or the server is not ready\n"
           "  2  the arguments, or a file that they name, cannot be used\n"
           "  3  the server cannot be reached, or did not answer to the end\n"
           "  4  the server refused\n";
}

}  // namespace memstore::app
