#include "command/argument.hpp"

#include "base/limits.hpp"
#include "command/command.hpp"

#include <limits>

namespace memstore::command {
namespace {

constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t highest = std::numeric_limits<std::int64_t>::max();

constexpr argument_definition argument_table[] = {
    {argument::key, "key", &command::key},
    {argument::value, "value", &command::value},
    {argument::ttl_ms, "ttl_ms", &command::ttl_ms, 1, base::ttl_ms_max},
    {argument::keep_ttl, "keep_ttl", &command::keep_ttl},
    {argument::by, "by", &command::by, lowest, highest},
    {argument::min, "min", &command::min, lowest, highest},
    {argument::max, "max", &command::max, lowest, highest},
    {argument::exists, "exists", &command::exists},
    {argument::version, "version", &command::version, 0, highest},
    {argument::prefix, "prefix", &command::prefix},
    {argument::start, "start", &command::start},
    {argument::end, "end", &command::end},
    {argument::after, "after", &command::after},
    {argument::limit, "limit", &command::limit, 1, base::scanned_keys_max},
    {argument::reverse, "reverse", &command::reverse},
    {argument::keys_only, "keys_only", &command::keys_only},
};

}  // namespace

std::span<const argument_definition> arguments() noexcept { return argument_table; }

}  // namespace memstore::command
