#pragma once

#include <string_view>
#include <variant>

namespace memstore::command {

/// What a command answers: nothing (no such key) or bytes, borrowed from the store or from the
/// request.
using reply = std::variant<std::monostate, std::string_view>;

}  // namespace memstore::command
