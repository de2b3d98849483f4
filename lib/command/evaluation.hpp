#pragma once

#include "base/error.hpp"
#include "command/command.hpp"
#include "command/reply.hpp"
#include "command/text_pool.hpp"
#include "store/keyspace.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace memstore::command {

/// A condition that did not hold: a check, or a bound.
struct failed_check {
    std::size_t command;                           ///< which, from 0, of all in the transaction
    std::optional<store::keyspace::entry> actual;  ///< what was there instead
};

/// A command that the stored value does not fit, whoever tries again.
struct misfit {
    errc code;
    std::size_t command;  ///< as a failed check's
};

/** What the commands of a transaction came to: replies, or why none of it may happen. Keeps its
    memory for the next.

    @par Threads  one at a time
*/
struct evaluation {
    std::vector<reply> replies;  ///< of the commands that ran, conditions of branches left out
    std::vector<failed_check> failed;  ///< all of them; then nothing may happen
    std::optional<misfit> unfit;       ///< the first; then nothing may happen, either
    bool succeeded = true;             ///< whether the conditions of its branches held

    text_pool texts;                      ///< made by commands
    std::vector<std::vector<row>> pages;  ///< made by commands

    bool aborted() const noexcept { return !failed.empty() || unfit.has_value(); }

    /// Forgets what was evaluated, and gives back the memory that an unusually large transaction
    /// left.
    void clear();
};

/** Runs a transaction's commands, in order, on `keys`: each sees what those before it wrote.

    A condition that does not hold ends nothing yet, so that all of them become known.

    @param located  a key for each command
    @param into  what was in it is forgotten
    @throws std::bad_alloc
*/
void evaluate(
    const transaction& what,
    std::span<const store::located_key> located,
    store::keyspace& keys,
    evaluation& into
);

}  // namespace memstore::command
