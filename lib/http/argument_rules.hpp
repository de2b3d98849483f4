#pragma once

#include "base/error.hpp"
#include "command/command.hpp"
#include "command/command_table.hpp"

#include <optional>
#include <string>

namespace memstore::http {

/// What any command may be given, whether it takes it or not.
inline constexpr command::argument_set tolerated_arguments{
    command::argument::key,
    command::argument::value};

/// Whether it is given as a text.
bool is_text(const command::argument_definition& one) noexcept;

/// How an error about its value goes on after its name.
std::string expectation_of(const command::argument_definition& one);

/// Refuses an argument that the command does not take.
std::optional<refusal> find_unknown(const command::command& one);

/// Refuses the lack of one that it cannot do without.
std::optional<refusal> find_missing(const command::command& one);

}  // namespace memstore::http
