#pragma once

#include "app/settings.hpp"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace memstore::app {

/// What people are told of an option.
struct description {
    std::string_view name;      ///< its flag; environment variable and YAML key follow from it
    std::string_view argument;  ///< what the help calls its value
    std::string_view help;
    char letter = 0;  ///< of its short flag, if it has one
};

enum class arity : std::uint8_t {
    one,
    flag,  ///< one, which may be left out on the command line and is `true` then
    many,
};

/// One thing that can be configured, for every source alike: all that parsing, help and printing
/// know of it.
struct option : description {
    arity takes;

    /// Puts what was given into its place. @return what is wrong with it, empty when it is right
    std::function<std::string(settings& to, std::span<const std::string> given)> assign;

    /// Its value, as assign() reads it.
    std::function<std::vector<std::string>(const settings& from)> shown;

    std::string flag() const;         ///< `--limits.body`
    std::string environment() const;  ///< `MEMSTORE_LIMITS_BODY`

    /// The other spelling of its last part in YAML: `recoverOnStartup` for
    /// journal.recover-on-startup.
    std::string camel_case() const;
};

/// All there are, those of a section together.
const std::vector<option>& option_table();

/// The option of that name, or nullptr.
const option* find_option(std::string_view name);

}  // namespace memstore::app
