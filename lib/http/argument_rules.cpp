#include "http/argument_rules.hpp"

#include "http/refusals.hpp"

#include <string_view>
#include <variant>

namespace memstore::http {

bool is_text(const command::argument_definition& one) noexcept {
    return std::holds_alternative<std::string_view command::command::*>(one.member);
}

std::string expectation_of(const command::argument_definition& one) {
    if (is_text(one)) return " must be a string";
    if (std::holds_alternative<bool command::command::*>(one.member))
        return " must be true or false";
    return " must be an integer from " + std::to_string(one.min) + " to " + std::to_string(one.max);
}

std::optional<refusal> find_unknown(const command::command& one) {
    const command::argument_set strange =
        one.given - one.what->required - one.what->optional - tolerated_arguments;
    if (strange.empty()) return std::nullopt;
    for (const command::argument_definition& each : command::arguments()) {
        if (strange.contains(each.which))
            return bad_argument("unknown member " + in_quotes(each.name));
    }
    return std::nullopt;
}

std::optional<refusal> find_missing(const command::command& one) {
    const command::argument_set missing = one.what->required - one.given;
    if (missing.empty()) return std::nullopt;
    for (const command::argument_definition& each : command::arguments()) {
        if (missing.contains(each.which)) return bad_argument(in_quotes(each.name) + " is missing");
    }
    return std::nullopt;
}

}  // namespace memstore::http
