#pragma once

#include "base/error.hpp"

#include <optional>
#include <string_view>

namespace memstore::http {

/// What the query of /v1/execute asks for.
struct execute_query {
    std::optional<bool> dry_run = {};
};

/// Reads `dry_run=true|false`, percent-encoded or not. @par Errors bad_argument, naming any other
/// parameter
result<execute_query> parse_execute_query(std::string_view query);

}  // namespace memstore::http
