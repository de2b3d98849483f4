#include "app/environment.hpp"

#include "app/client_table.hpp"

#include <algorithm>
#include <array>
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

/// Whether a name is of the form MEMSTORE_PORT_8000_TCP or longer.
bool names_a_published_port(std::string_view name) {
    constexpr std::string_view infix = "_PORT_";
    const std::size_t at = name.find(infix);
    if (at == std::string_view::npos) return false;
    const auto port = name.substr(at + infix.size());
    const std::size_t digits = std::min(port.find_first_not_of("0123456789"), port.size());
    const auto rest = port.substr(digits);
    const auto begins_it = [rest](std::string_view protocol) { return rest.starts_with(protocol); };
    constexpr std::array<std::string_view, 3> protocols{"_TCP", "_UDP", "_SCTP"};
    return digits > 0 && std::ranges::any_of(protocols, begins_it);
}

/// Whether it is what Kubernetes and container links tell of a service:
/// MEMSTORE_PORT=tcp://10.0.0.1:80 and its kin.
bool describes_a_service(std::string_view name, std::string_view value) {
    if (name.ends_with("_SERVICE_HOST") || name.ends_with("_SERVICE_PORT")) return true;
    if (name.find("_SERVICE_PORT_") != std::string_view::npos) return true;
    if (name.ends_with("_PORT") && value.find("://") != std::string_view::npos) return true;
    return names_a_published_port(name);
}

/// What clients read is no option of a server, and may be there for both.
bool is_for_clients(std::string_view name) {
    return name == url_variable || name == token_variable;
}

}  // namespace

checked<given_options> parse_environment(const std::vector<std::string>& variables) {
    given_options given;
    for (const std::string& variable : variables) {
        if (!variable.starts_with(prefix)) continue;
        const std::size_t equals = std::min(variable.find('='), variable.size());
        const std::string name = variable.substr(0, equals);
        const std::string value = variable.substr(std::min(equals + 1, variable.size()));
        if (is_for_clients(name) || describes_a_service(name, value)) continue;
        const option* row = find_by_variable(name);
        if (row == nullptr) return unknown_option(name, "environment");
        const auto added = add_given(given, {row, {value}, "environment variable " + name});
        if (!added) return added.error();
    }
    return given;
}

}  // namespace memstore::app
