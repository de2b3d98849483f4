#pragma once

#include "base/error.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace memstore::http {

/** Appends the body of an error: `{"error", "code", "command"?, "branch"?, "limit"?, "actual"?,
   "option"?}`.

    A request that could not be read, was empty or named no command of ours has no `code`: clients
    know it by its text.

    @param refused  its text is well-formed UTF-8
*/
void append_error(std::string& out, const refusal& refused);

/// How far an import has come.
struct import_progress {
    std::uint64_t imported;             ///< entries
    std::optional<std::uint64_t> line;  ///< that is at fault, from 1
};

/// The same for an import that ends early, with `code` in any case, `line`? and `imported`.
void append_error(std::string& out, const refusal& refused, const import_progress& progress);

/// The same for errors that are the protocol's own. `text` and `code` are well-formed UTF-8.
void append_error(
    std::string& out,
    std::string_view text,
    std::string_view code,
    const std::optional<limit_violation>& violated = {}
);

/// Adds `"oldest"` and `"latest"` to an error that was just appended.
void append_held_versions(std::string& error, std::uint64_t oldest, std::uint64_t latest);

}  // namespace memstore::http
