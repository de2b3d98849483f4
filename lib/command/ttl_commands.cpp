#include "command/ttl_commands.hpp"

#include "command/execution.hpp"

#include <chrono>

namespace memstore::command {

using store::located_key;

const definition expire{
    .name = "expire",
    .writes = true,
    .required = {argument::key, argument::ttl_ms},
    .run =
        [](const command& self, const located_key& key, execution& in) {
            const auto found = in.keys().find(key);
            if (found) in.keys().put(key, found->value, deadline_in(self.ttl_ms, in.keys()));
            return reply{found.has_value()};
        },
};

const definition persist{
    .name = "persist",
    .writes = true,
    .required = {argument::key},
    .run =
        [](const command&, const located_key& key, execution& in) {
            const auto found = in.keys().find(key);
            const bool expires = found && found->deadline != base::never;
            if (expires) in.keys().put(key, found->value, base::never);
            return reply{expires};
        },
};

base::moment deadline_in(std::int64_t ttl_ms, store::keyspace& keys) {
    return keys.now() + std::chrono::milliseconds{ttl_ms};
}

std::optional<std::int64_t> ttl_ms_of(const store::keyspace::entry& there, store::keyspace& keys) {
    if (there.deadline == base::never) return std::nullopt;
    return (there.deadline - keys.now()).count();
}

}  // namespace memstore::command
