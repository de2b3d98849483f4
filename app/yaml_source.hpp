#pragma once

#include "app/option_source.hpp"

#include <span>
#include <string>
#include <string_view>

namespace memstore::app {

/** Reads a configuration file: the parts of an option's name as nested maps, the last one in
    camelCase too.

    @param file  what to call it in origins and mistakes
*/
checked<given_options> parse_yaml(const std::string& text, std::string_view file);

/// Writes settings as a configuration file that means the same, each with its origin as a comment.
/// @param origins  one for each row of option_table()
std::string to_yaml(const settings& values, std::span<const std::string> origins);

}  // namespace memstore::app
