#include "command/check_commands.hpp"

#include "command/execution.hpp"
#include "command/integer_text.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>

namespace memstore::command {
namespace {

using store::located_key;

bool holds(
    const command& self,
    const std::optional<store::keyspace::entry>& actual,
    execution& in
) {
    if (self.has(argument::exists)) return actual.has_value() == self.exists;
    if (self.has(argument::version)) {
        const std::uint64_t version = actual ? actual->version : 0;
        return version == static_cast<std::uint64_t>(self.version);
    }
    if (!actual) return false;
    if (self.has(argument::value)) return actual->value == self.value;
    const auto number = integer_of(actual->value);
    if (!number) in.reject(errc::not_an_integer);
    return !number || within_bounds(self, *number);
}

std::string_view objection_to_check(const command& self) {
    const bool bounds = self.has(argument::min) || self.has(argument::max);
    const int kinds = self.has(argument::value) + self.has(argument::exists) +
                      self.has(argument::version) + bounds;
    if (kinds != 1) {
        return "a check needs exactly one of \"value\", \"exists\", \"version\", or \"min\" and "
               "\"max\"";
    }
    return objection_to_bounds(self);
}

}  // namespace

const definition check{
    .name = "check",
    .is_condition = true,
    .required = {argument::key},
    .optional = {argument::exists, argument::version, argument::min, argument::max},
    .conditions =
        {argument::value, argument::exists, argument::version, argument::min, argument::max},
    .objection = objection_to_check,
    .run =
        [](const command& self, const located_key& key, execution& in) {
            const auto actual = in.keys().find(key);
            if (!holds(self, actual, in)) in.fail(actual);
            return reply{true};
        },
};

const definition match{
    .name = "match",
    .is_condition = true,
    .required = {argument::key},
    .optional = {argument::exists},
    .conditions = {argument::exists},
    .run =
        [](const command& self, const located_key& key, execution& in) {
            const auto actual = in.keys().find(key);
            const auto is_it = [&](std::uint64_t each) {
                return actual && actual->version == each;
            };
            if (std::any_of(self.versions.begin(), self.versions.end(), is_it) != self.exists)
                in.fail(actual);
            return reply{true};
        },
};

bool within_bounds(const command& self, std::int64_t number) noexcept {
    return self.min <= number && number <= self.max;
}

std::string_view objection_to_bounds(const command& self) {
    return self.min > self.max ? "\"min\" is more than \"max\"" : "";
}

}  // namespace memstore::command
