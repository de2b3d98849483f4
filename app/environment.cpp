#include "app/environment.hpp"

#include <algorithm>
#include <regex>
#include <string_view>

namespace memstore::app {
namespace {

constexpr std::string_view prefix = "MEMSTORE_";

const option* find_by_variable(std::string_view name) {
    const auto& table = option_table();
    const auto found = std::find_if(table.begin(), table.end(), [name](const option& row) {
        return row.environment() == name;
    });
    return found == table.end() ? nullptr : &*found;
}

/// What Kubernetes and container links tell of a service: MEMSTORE_PORT=tcp://10.0.0.1:80 and its
/// kin.
bool describes_a_service(const std::string& variable) {
    static const std::regex form{
        "MEMSTORE_(?:[A-Z0-9_]+_)?"
        "(?:SERVICE_HOST=.*|SERVICE_PORT(?:_[A-Z0-9_]+)?=.*|"
        "PORT=(?:tcp|udp|sctp)://.*|PORT_[0-9]+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?=.*)"};
    return std::regex_match(variable, form);
}

}  // namespace

checked<given_options> parse_environment(const std::vector<std::string>& variables) {
    given_options given;
    for (const std::string& variable : variables) {
        if (!variable.starts_with(prefix) || describes_a_service(variable)) continue;
        const std::size_t equals = std::min(variable.find('='), variable.size());
        const std::string name = variable.substr(0, equals);
        const option* row = find_by_variable(name);
        if (row == nullptr) return unknown_option(name, "environment");
        const std::string value = variable.substr(std::min(equals + 1, variable.size()));
        const auto added = add_given(given, {row, {value}, "environment variable " + name});
        if (!added) return added.error();
    }
    return given;
}

}  // namespace memstore::app
