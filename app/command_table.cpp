#include "app/command_table.hpp"

namespace memstore::app {

const std::vector<command_description>& command_table() {
    static const std::vector<command_description> table{
        {"serve", "", "serve until SIGTERM or SIGINT; a second signal ends it at once", true, true},
        {"config", "", "print the effective configuration and where each value came from", true},
        {"healthcheck",
         "",
         "ask the server that this configuration describes if it is ready",
         true},
        {"journal", "inspect DIR", "list the checkpoints and segments of a data directory"},
        {"journal",
         "verify DIR",
         "find damage; exit status 0: sound, 3: damaged, 4: no journal, 1: unreadable"},
        {"journal", "dump DIR", "print the journal, a transaction a line, in JSON"},
        {"journal",
         "repair DIR",
         "set aside what is damaged and all that follows, which is then lost"},
        {"token",
         "new NAME [RIGHTS]",
         "make a token; RIGHTS are read, write, admin with commas between"},
        {"completion", "bash", "print what completes the command line in bash"},
        {"man", "", "print the manual, for man -l -"},
    };
    return table;
}

}  // namespace memstore::app
