#pragma once

#include <string_view>
#include <vector>

namespace memstore::app {

/// A command that is none of a client, as people are told of it.
struct command_description {
    std::string_view name;
    std::string_view words;  ///< what stands behind it
    std::string_view help;   ///< in one line
    bool takes_options = false;
    bool may_be_left_out = false;  ///< its name
};

/// All there are; one with several forms has a row for each.
const std::vector<command_description>& command_table();

}  // namespace memstore::app
