#pragma once

#include "base/limits.hpp"
#include "http/problem.hpp"
#include "http/request_message.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace memstore::http {

/// Whether a well-formed header says who asks what, for which there must be one answer.
/// @param block  the header @return what is wrong
std::optional<problem> judge_identity(
    const request_header& fields,
    std::string_view block,
    const base::request_limits& limits
);

/// Whether it says without doubt where the body ends, and that is one that is read here.
/// @param length  by its Content-Length @param in_pieces  so it may be of any length
/// @return what is wrong
std::optional<problem> judge_body(
    const request_header& fields,
    std::string_view block,
    const base::request_limits& limits,
    std::uint64_t length,
    bool in_pieces
);

}  // namespace memstore::http
