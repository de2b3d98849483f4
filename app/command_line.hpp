#pragma once

#include "app/option_source.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace memstore::app {

/// What memstore is asked to do.
enum class command : std::uint8_t { serve, config, healthcheck, version, help };

struct command_line {
    command what = command::serve;
    given_options options;
};

/// Reads the arguments, without the program's name.
checked<command_line> parse_command_line(const std::vector<std::string>& arguments);

}  // namespace memstore::app
