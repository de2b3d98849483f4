#pragma once

#include "base/error.hpp"
#include "http/status_of.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace memstore::http {

/// Why HTTP itself turns a request away, before anything of the engine has seen it.
struct problem {
    status answer;
    std::string_view code;  ///< stable and in snake_case: clients switch on it
    std::string what;       ///< for people
    std::optional<limit_violation> violated = {};
};

}  // namespace memstore::http
