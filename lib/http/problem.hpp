#pragma once

#include "base/error.hpp"
#include "http/status_of.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace memstore::http {

/// From where to where a history reaches that was asked for more.
struct held_versions {
    std::uint64_t oldest;  ///< the first that one can go on from
    std::uint64_t latest;
};

/// Why HTTP itself turns a request away, before anything of the engine has seen it.
struct problem {
    status answer;
    std::string_view code;  ///< stable and in snake_case: clients switch on it
    std::string what;       ///< for people
    std::optional<limit_violation> violated = {};
    std::optional<held_versions> held = {};
    std::chrono::seconds retry_after{1};  ///< where the status says to come again
};

}  // namespace memstore::http
