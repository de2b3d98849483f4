#pragma once

#include <boost/system/result.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace memstore {

/// What went wrong, for programs: each has a stable name, see name_of().
enum class errc : std::uint8_t {
    malformed_json,
    empty_request,
    unknown_command,
    bad_argument,
    too_many_commands,
    answer_too_large,
    check_failed,
    not_an_integer,
    overflow,
    value_too_long,
    overloaded,
    journal_unavailable,
    memory_limit,
    layout_changing,
    forbidden,
};

/// The stable snake_case name that clients switch on. Never changes once published.
std::string_view name_of(errc code) noexcept;

/// A limit that was passed: what it is, what was asked for, and the option that sets it.
struct limit_violation {
    std::uint64_t limit;
    std::uint64_t actual;
    std::string_view option;  ///< its flag, such as "limits.body"; empty where it is fixed
};

/** Why a request was turned away: enough for a program to decide and for a person to mend it.

    Never holds a stored value, so that it may be logged.
*/
struct refusal {
    errc code{};
    std::string what;
    std::optional<std::size_t> command = {};  ///< which command of the transaction, from 0
    std::optional<limit_violation> violated = {};
    std::string_view branch = {};  ///< in which the command is counted; empty: there are none
};

/// A value, or why there is none.
template <class T>
using result = boost::system::result<T, refusal>;

/// The value of a refusal that was read as one: a bug, so it ends in an exception.
[[noreturn]] void throw_exception_from_error(
    const refusal& refused,
    const boost::source_location& where
);

}  // namespace memstore
