#pragma once

#include <optional>
#include <string_view>

namespace memstore::http {

/// What a request's target names: parts of it.
struct request_target {
    std::string_view authority;  ///< of the absolute form
    std::string_view path;
    std::string_view query;
};

/// Splits a target of the origin form, the absolute form, or the asterisk of OPTIONS. @return
/// nothing where it is none that can be asked here
std::optional<request_target> split_target(std::string_view target, std::string_view method);

/// Whether this may stand in a Host field.
bool can_be_host(std::string_view host) noexcept;

}  // namespace memstore::http
