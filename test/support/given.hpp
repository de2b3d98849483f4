#pragma once

#include "command/argument.hpp"
#include "command/command.hpp"

#include <cstdint>
#include <string_view>
#include <type_traits>
#include <variant>

namespace memstore::test {

/// Gives a command an argument that is text.
inline void give(command::command& to, command::argument which, std::string_view text) {
    for (const command::argument_definition& each : command::arguments()) {
        const auto* const member = std::get_if<std::string_view command::command::*>(&each.member);
        if (each.which == which && member != nullptr) to.*(*member) = text;
    }
    to.given.add(which);
}

/// Gives it one that is a number, or a truth.
inline void give(command::command& to, command::argument which, std::int64_t number) {
    for (const command::argument_definition& each : command::arguments()) {
        if (each.which != which) continue;
        const auto store = [&]<class Value>(Value command::command::*member) {
            if constexpr (std::is_integral_v<Value>) to.*member = static_cast<Value>(number);
        };
        std::visit(store, each.member);
    }
    to.given.add(which);
}

}  // namespace memstore::test
