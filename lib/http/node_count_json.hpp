#pragma once

#include "base/error.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace memstore::http {

/// How many nodes a request wants; nothing: as many as the store finds best.
using wanted_nodes = std::optional<std::uint64_t>;

/** Reads `{"nodes": N}` or `{"nodes": "auto"}`.

    @par Errors malformed_json, bad_argument
*/
result<wanted_nodes> read_node_count(std::string_view body);

}  // namespace memstore::http
