#pragma once

#include "command/command.hpp"
#include "command/reply.hpp"

#include <cstdint>
#include <string_view>

namespace memstore::store {
class keyspace;
struct located_key;
}  // namespace memstore::store

namespace memstore::command {

/// What a command may be given beside its key; a command's `arguments` are a set of these.
enum class argument : std::uint8_t { ttl_ms = 1, keep_ttl = 2 };

/// A row of the command table: all that protocols, planning and execution need to know of a
/// command.
struct definition {
    std::string_view name;  ///< in lower case; clients may write it in any
    bool writes;
    std::uint8_t
        arguments;  ///< those that are meant for it; `key` and `value` every command tolerates
    reply (*run)(const command& self, const store::located_key& key, store::keyspace& keys);

    bool takes(argument one) const noexcept {
        return (arguments & static_cast<std::uint8_t>(one)) != 0;
    }
};

/// The row of the command called `name`, in any case; nullptr when there is none. Complexity: one
/// short scan.
const definition* find_command(std::string_view name) noexcept;

}  // namespace memstore::command
