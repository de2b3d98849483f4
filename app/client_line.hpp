#pragma once

#include "app/client_table.hpp"
#include "app/option_source.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace memstore::app {

/// What a client is asked to do.
struct client_line {
    const client_command* what = nullptr;
    std::vector<std::string> words;
    std::map<std::string, std::string, std::less<>> flags;  ///< by their names, without dashes
    bool help = false;
};

/// Whether these arguments, without the program's name, are those of a client command.
bool is_client_line(const std::vector<std::string>& arguments);

/** Reads them. Flags and words may stand in any order; what follows `--` is words.

    Flags are checked for what they are called, not for what they say.
*/
checked<client_line> parse_client_line(const std::vector<std::string>& arguments);

/// The usage of a command in one line: `memstore set KEY VALUE|- [options]`.
std::string client_usage_of(const client_command& command);

}  // namespace memstore::app
