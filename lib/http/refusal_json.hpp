#pragma once

#include "base/error.hpp"

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

/// The same for errors that are the protocol's own. `text` and `code` are well-formed UTF-8.
void append_error(
    std::string& out,
    std::string_view text,
    std::string_view code,
    const std::optional<limit_violation>& violated = {}
);

}  // namespace memstore::http
