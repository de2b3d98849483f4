#include "command/number_commands.hpp"

#include "command/check_commands.hpp"
#include "command/execution.hpp"
#include "command/integer_text.hpp"

#include <cstdint>
#include <string_view>

namespace memstore::command {
namespace {

using store::located_key;

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

}  // namespace

const definition incr{
    .name = "incr",
    .writes = true,
    .reads = true,
    .required = {argument::key},
    .optional = {argument::by, argument::min, argument::max},
    .conditions = {argument::min, argument::max},
    .objection = objection_to_bounds,
    .run = add,
};

}  // namespace memstore::command
