#pragma once

#include "base/error.hpp"

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace memstore::http {

/// A parameter that a route knows, and where its value goes when the query has it.
struct query_parameter {
    std::string_view name;
    std::optional<std::string>& value;
};

/** Reads a query of `name=value` pairs with `&` between them, names and values percent-decoded. A
    `+` is a plus here too, so that a key is written alike in a path and in a query.

    @par Errors bad_argument, naming the parameter: one that is not `known`, comes twice, has no
      `=`, or a `%` without its two digits
*/
result<void> read_query(std::string_view query, std::initializer_list<query_parameter> known);

/// The value of `parameter` as `true` or `false`. @par Errors bad_argument
result<bool> flag_of(std::string_view parameter, std::string_view value);

/// The value of `parameter` as a whole number, in digits alone. @par Errors bad_argument
result<std::uint64_t> number_of(
    std::string_view parameter,
    std::string_view value,
    std::uint64_t min,
    std::uint64_t max
);

}  // namespace memstore::http
