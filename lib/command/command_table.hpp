#pragma once

#include "command/argument.hpp"
#include "command/command.hpp"
#include "command/reply.hpp"

#include <span>
#include <string_view>

namespace memstore::store {
struct located_key;
}  // namespace memstore::store

namespace memstore::command {

class execution;

/// A row of the command table: all that protocols, planning and execution need to know of a
/// command.
struct definition {
    std::string_view name;  ///< in lower case; clients may write it in any
    bool writes = false;
    bool reads = false;            ///< answers with what is stored, though it writes
    bool spans = false;            ///< is on a range of keys, so that it concerns all partitions
    bool is_condition = false;     ///< may decide between branches
    argument_set required = {};    ///< what it cannot do without
    argument_set optional = {};    ///< `key` and `value` every command tolerates beside these
    argument_set conditions = {};  ///< those of them that fail the transaction if they do not hold

    /// What is wrong with its arguments taken together; empty: nothing.
    std::string_view (*objection)(const command& self) = nullptr;

    reply (*run)(const command& self, const store::located_key& key, execution& in) = nullptr;
};

/// All that clients can name.
std::span<const definition* const> commands() noexcept;

/// The row of the command called `name`, in any case; nullptr when there is none. Complexity: one
/// short scan.
const definition* find_command(std::string_view name) noexcept;

}  // namespace memstore::command
