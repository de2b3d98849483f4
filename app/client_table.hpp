#pragma once

#include "app/option_table.hpp"

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace memstore::app {

/// What memstore does as a client of a server.
enum class client_action : std::uint8_t {
    get,
    set,
    del,
    scan,
    exec,
    watch,
    export_keys,
    import_keys,
    status,
    bench,
    top,
};

/// A flag of a client command. It is no option: neither environment nor file has it.
struct client_flag : description {
    arity takes = arity::one;
    bool names_file = false;  ///< its value is the name of a file

    std::string flag() const { return "--" + std::string{name}; }
};

/// One client command: all that parsing, help, completion and the manual know of it.
struct client_command {
    std::string_view name;
    client_action what;
    std::string_view words;  ///< what stands behind it, as the help says it
    std::string_view help;   ///< in one line
    std::size_t words_min = 0;
    std::size_t words_max = 0;
    bool words_name_files = false;
    std::vector<client_flag> flags = {};  ///< of its own, beside client_flags()
};

inline constexpr std::size_t any_number_of_words = std::numeric_limits<std::size_t>::max();

/// All there are.
const std::vector<client_command>& client_table();

/// The flags of every client command.
const std::vector<client_flag>& client_flags();

/// The command of that name, or nullptr.
const client_command* find_client_command(std::string_view name);

/// Those of the command and of every one.
std::vector<client_flag> all_flags_of(const client_command& command);

/// What the exit status of a client command says.
enum client_status : int {
    client_done = 0,
    client_absent = 1,       ///< or a check failed, or the server is not ready
    client_usage = 2,        ///< the arguments, or a file that they name, cannot be used
    client_unreachable = 3,  ///< no server, or none that answers to the end
    client_refused = 4,      ///< by the server
};

/// The same for people, a line each.
std::string_view client_status_help() noexcept;

/// The variables that client commands read.
inline constexpr std::string_view url_variable = "MEMSTORE_URL";
inline constexpr std::string_view token_variable = "MEMSTORE_TOKEN";
inline constexpr std::string_view default_url = "http://127.0.0.1:8080";

}  // namespace memstore::app
