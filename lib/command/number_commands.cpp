#include "command/number_commands.hpp"

#include "command/execution.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>
#include <system_error>

namespace memstore::command {
namespace {

using store::located_key;

/// Longer than every 64-bit integer.
using digits = char[24];

std::string_view text_of(std::int64_t number, digits& room) noexcept {
    const auto end = std::to_chars(std::begin(room), std::end(room), number).ptr;
    return {room, static_cast<std::size_t>(end - room)};
}

/// Of text that is just as we would write the number: no plus, no zeros before it, no blanks.
std::optional<std::int64_t> integer_of(std::string_view text) noexcept {
    std::int64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, number);
    if (read.ec != std::errc{} || read.ptr != end) return std::nullopt;
    digits room;
    if (text_of(number, room) != text) return std::nullopt;
    return number;
}

bool within_bounds(const command& self, std::int64_t number) noexcept {
    return self.min <= number && number <= self.max;
}

std::string_view objection_to_bounds(const command& self) {
    return self.min > self.max ? "\"min\" is more than \"max\"" : "";
}

reply add(const command& self, const located_key& key, execution& in) {
    const auto before = in.keys().find(key);
    const auto number = before ? integer_of(before->value) : 0;
    std::int64_t sum = 0;
    if (!number) {
        in.reject(errc::not_an_integer);
    } else if (__builtin_add_overflow(*number, self.by, &sum)) {
        in.reject(errc::overflow);
    } else if (!within_bounds(self, sum)) {
        in.fail(before);
    } else {
        digits room;
        const std::string_view text = in.texts().copy(text_of(sum, room));
        in.keys().put(key, text, before ? before->deadline : base::never);
    }
    return sum;
}

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

const definition incr{
    .name = "incr",
    .writes = true,
    .required = {argument::key},
    .optional = {argument::by, argument::min, argument::max},
    .conditions = {argument::min, argument::max},
    .objection = objection_to_bounds,
    .run = add,
};

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

}  // namespace memstore::command
