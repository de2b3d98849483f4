#pragma once

#include <cstdint>
#include <string_view>

namespace memstore::http {

enum class endpoint : std::uint8_t { execute, livez, readyz, server };

/// A path, what serves it, and the methods it knows.
struct route {
    std::string_view path;
    endpoint target;
    std::string_view methods;  ///< as an Allow field has them

    /// Methods are case-sensitive.
    bool allows(std::string_view method) const noexcept;
};

/// The route of `path`, given without its query; nullptr when there is none.
const route* find_route(std::string_view path) noexcept;

/// Whether web pages of other sites have no business with `path`, unless they are allowed.
bool guarded_by_origin(std::string_view path) noexcept;

}  // namespace memstore::http
