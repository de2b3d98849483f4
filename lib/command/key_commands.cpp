#include "command/key_commands.hpp"

#include "base/limits.hpp"
#include "command/execution.hpp"
#include "command/ttl_commands.hpp"

#include <chrono>
#include <cstdint>

namespace memstore::command {
namespace {

using store::located_key;

base::moment deadline_of(const command& self, const located_key& key, store::keyspace& keys) {
    if (self.has(argument::ttl_ms)) return deadline_in(self.ttl_ms, keys);
    if (!self.keep_ttl) return base::never;
    const auto before = keys.find(key);
    return before ? before->deadline : base::never;
}

}  // namespace

const definition get{
    .name = "get",
    .required = {argument::key},
    .run =
        [](const command&, const located_key& key, execution& in) {
            const auto found = in.keys().find(key);
            return found ? reply{found->value} : reply{};
        },
};

const definition set{
    .name = "set",
    .writes = true,
    .required = {argument::key},
    .optional = {argument::ttl_ms, argument::keep_ttl},
    .objection =
        [](const command& self) {
            const bool both = self.has(argument::ttl_ms) && self.keep_ttl;
            return std::string_view{both ? "\"ttl_ms\" and \"keep_ttl\" exclude each other" : ""};
        },
    .run =
        [](const command& self, const located_key& key, execution& in) {
            in.keys().put(key, self.value, deadline_of(self, key, in.keys()));
            return reply{self.value};
        },
};

const definition del{
    .name = "del",
    .writes = true,
    .required = {argument::key},
    .run =
        [](const command&, const located_key& key, execution& in) {
            const bool existed = in.keys().find(key).has_value();
            if (existed) in.keys().erase(key);
            return reply{existed};
        },
};

const definition exists{
    .name = "exists",
    .required = {argument::key},
    .run = [](const command&, const located_key& key, execution& in
           ) { return reply{in.keys().find(key).has_value()}; },
};

const definition append{
    .name = "append",
    .writes = true,
    .required = {argument::key, argument::value},
    .run =
        [](const command& self, const located_key& key, execution& in) {
            const auto before = in.keys().find(key);
            const std::string_view first = before ? before->value : std::string_view{};
            if (first.size() + self.value.size() > base::appended_bytes_max) {
                in.reject(errc::value_too_long);
                return reply{};
            }
            const std::string_view whole = in.texts().join(first, self.value);
            in.keys().put(key, whole, before ? before->deadline : base::never);
            return reply{static_cast<std::int64_t>(whole.size())};
        },
};

const definition entry_of_key{
    .name = "entry",
    .required = {argument::key},
    .run =
        [](const command&, const located_key& key, execution& in) {
            const auto found = in.keys().find(key);
            if (!found) return reply{};
            return reply{entry{found->value, found->version, ttl_ms_of(*found, in.keys())}};
        },
};

const definition load{
    .name = "load",
    .writes = true,
    .required = {argument::key, argument::value},
    .run =
        [](const command& self, const located_key& key, execution& in) {
            const bool lives = self.deadline == base::never || self.deadline > in.keys().now();
            if (lives) {
                in.keys().put(key, self.value, self.deadline);
            } else if (in.keys().find(key)) {
                in.keys().erase(key);
            }
            return reply{lives};
        },
};

}  // namespace memstore::command
