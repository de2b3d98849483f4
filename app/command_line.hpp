#pragma once

#include "app/journal_tool.hpp"
#include "app/option_source.hpp"
#include "app/token_tool.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace memstore::app {

/// What memstore is asked to do.
enum class command : std::uint8_t {
    serve,
    config,
    healthcheck,
    journal,
    token,
    completion,
    man,
    version,
    help
};

struct command_line {
    command what = command::serve;
    given_options options;
    journal_request journal;  ///< for command::journal
    token_request token;      ///< for command::token
};

/// Reads the arguments, without the program's name.
checked<command_line> parse_command_line(const std::vector<std::string>& arguments);

}  // namespace memstore::app
