#pragma once

#include "app/command_line.hpp"
#include "app/option_source.hpp"
#include "app/settings.hpp"
#include "fs/file_system.hpp"

#include <string>
#include <vector>

namespace memstore::app {

/// All that options are read from.
struct option_inputs {
    std::vector<std::string> arguments;    ///< without the program's name
    std::vector<std::string> environment;  ///< `NAME=value` each
    fs::file_system& files;
    unsigned cores;
};

/// What memstore is to do, and how.
struct options {
    command what = command::serve;
    settings values;
    std::vector<std::string> origins;  ///< where each came from, one for each row of option_table()
    journal_request journal;           ///< for command::journal
    token_request token;               ///< for command::token
};

/** Puts all sources together: a flag wins over the environment, that over the file, that over the
    default.

    A value is checked even where another wins over it. For `--help`, `--version`, `journal` and
    `token` the command line alone is read.
*/
checked<options> resolve(const option_inputs& inputs);

}  // namespace memstore::app
