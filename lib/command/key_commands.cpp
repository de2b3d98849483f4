#include "command/key_commands.hpp"

#include "store/keyspace.hpp"

#include <array>

namespace memstore::command {
namespace {

using store::keyspace;
using store::located_key;

reply get(const command&, const located_key& key, keyspace& keys) {
    const auto found = keys.find(key);
    return found ? reply{found->value} : reply{};
}

base::moment deadline_of(const command& self, const located_key& key, keyspace& keys) {
    if (self.ttl) return keys.now() + *self.ttl;
    if (!self.keep_ttl) return base::never;
    const auto before = keys.find(key);
    return before ? before->deadline : base::never;
}

reply set(const command& self, const located_key& key, keyspace& keys) {
    keys.put(key, self.value, deadline_of(self, key, keys));
    return self.value;
}

constexpr std::uint8_t arguments(auto... each) {
    return (0 | ... | static_cast<std::uint8_t>(each));
}

constexpr std::array table{
    definition{"get", false, arguments(), get},
    definition{"set", true, arguments(argument::ttl_ms, argument::keep_ttl), set},
};

}  // namespace

std::span<const definition> key_commands() noexcept { return table; }

}  // namespace memstore::command
