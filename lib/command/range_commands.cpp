#include "command/range_commands.hpp"

#include "command/execution.hpp"
#include "store/key_range.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace memstore::command {
namespace {

using store::direction;
using store::key_range;
using store::located_key;

constexpr argument_set bounds{argument::start, argument::end};

key_range range_of(const command& self) {
    if (self.has(argument::prefix)) return key_range::of_prefix(self.prefix);
    const auto end = self.has(argument::end) ? std::optional{self.end} : std::nullopt;
    return key_range::between(self.start, end);
}

std::string_view objection_to_range(const command& self) {
    const bool has_bounds = !(self.given & bounds).empty();
    if (self.has(argument::prefix)) {
        return has_bounds ? "\"prefix\" excludes \"start\" and \"end\"" : "";
    }
    return has_bounds ? "" : "a range needs \"prefix\", or \"start\" or \"end\"";
}

reply scan_page(const command& self, const located_key&, execution& in) {
    const direction way = self.reverse ? direction::reverse : direction::forward;
    const key_range all = range_of(self);
    const key_range left = self.has(argument::after) ? all.after(self.after, way) : all;
    const auto limit = static_cast<std::size_t>(self.limit);

    std::vector<row>& rows = in.new_page();
    bool more = false;
    in.keys().visit(left, way, [&](const located_key& key, const store::keyspace::entry& there) {
        more = rows.size() == limit;
        if (!more) rows.push_back({key.bytes, there.value, there.version});
        return !more;
    });
    return page{rows, more, self.keys_only};
}

}  // namespace

const definition scan{
    .name = "scan",
    .spans = true,
    .optional =
        {argument::prefix,
         argument::start,
         argument::end,
         argument::after,
         argument::limit,
         argument::reverse,
         argument::keys_only},
    .objection = objection_to_range,
    .run = scan_page,
};

const definition count{
    .name = "count",
    .spans = true,
    .optional = {argument::prefix, argument::start, argument::end},
    .objection = objection_to_range,
    .run =
        [](const command& self, const located_key&, execution& in) {
            std::int64_t keys = 0;
            in.keys().visit(range_of(self), direction::forward, [&](const auto&, const auto&) {
                ++keys;
                return true;
            });
            return reply{keys};
        },
};

const definition delrange{
    .name = "delrange",
    .writes = true,
    .spans = true,
    .optional = {argument::prefix, argument::start, argument::end},
    .objection = objection_to_range,
    .run =
        [](const command& self, const located_key&, execution& in) {
            std::int64_t removed = 0;
            in.keys().visit(
                range_of(self),
                direction::forward,
                [&](const located_key& key, const auto&) {
                    in.keys().erase(key);
                    ++removed;
                    return true;
                }
            );
            return reply{removed};
        },
};

}  // namespace memstore::command
