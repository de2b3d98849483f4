#pragma once

#include "base/error.hpp"
#include "command/command.hpp"
#include "service/caller.hpp"

#include <optional>
#include <string_view>

namespace memstore::auth {

/** Why `who` may not run `what`; nothing: they may, all of it.

    A command that writes needs the right to write, one that answers with what is stored the right
    to read: `incr` does both, and so do conditions beside what they decide on. A key must begin
   with one of the caller's prefixes; so must all keys that could be in a range, be they there or
   not.

    @par Complexity  linear in commands times prefixes
*/
std::optional<refusal> objection_to(const service::caller& who, const command::transaction& what);

/// Why `who` may not write this key.
std::optional<refusal> objection_to_writing(const service::caller& who, std::string_view key);

/// Why `who` may not read all keys that begin with `prefix`.
std::optional<refusal> objection_to_reading(const service::caller& who, std::string_view prefix);

/// Why `who` may not do what needs `needed`, whatever the keys.
std::optional<refusal> objection_to_use(const service::caller& who, service::right needed);

}  // namespace memstore::auth
