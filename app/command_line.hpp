#pragma once

#include "app/journal_tool.hpp"
#include "app/option_source.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace memstore::app {

/// What memstore is asked to do.
enum class command : std::uint8_t { serve, config, healthcheck, journal, version, help };

struct command_line {
    command what = command::serve;
    given_options options;
    journal_request journal;  ///< for command::journal
};

/// Reads the arguments, without the program's name.
checked<command_line> parse_command_line(const std::vector<std::string>& arguments);

}  // namespace memstore::app
