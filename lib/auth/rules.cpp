#include "auth/rules.hpp"

#include "command/command_table.hpp"

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

namespace memstore::auth {
namespace {

using command::argument;
using service::right;

std::string_view name_of(right one) noexcept {
    switch (one) {
    case right::read: return "read";
    case right::write: return "write";
    case right::admin: return "admin";
    }
    return "";
}

refusal forbidden(const service::caller& who, std::string_view what) {
    std::string text = "the token \"" + who.name + "\" ";
    return {errc::forbidden, text.append(what)};
}

refusal without_right(const service::caller& who, right needed) {
    return forbidden(who, "has no right \"" + std::string{name_of(needed)} + "\"");
}

refusal outside(const service::caller& who) {
    return forbidden(who, "reaches keys under its prefixes only");
}

/// Whether all keys that begin with `prefix` are the caller's.
bool covers(const service::caller& who, std::string_view prefix) noexcept {
    return std::any_of(who.prefixes.begin(), who.prefixes.end(), [prefix](std::string_view one) {
        return prefix.starts_with(one);
    });
}

/// Whether `end` is the first key behind all that begin with `prefix`.
bool is_first_behind(std::string_view prefix, std::string_view end) noexcept {
    const std::size_t last = prefix.find_last_not_of('\xff');
    if (last == std::string_view::npos || end.size() != last + 1) return false;
    return end.substr(0, last) == prefix.substr(0, last) &&
           static_cast<unsigned char>(end[last]) == static_cast<unsigned char>(prefix[last]) + 1;
}

/// Whether all keys from `start` to before `end` begin with `prefix`.
bool holds_range(
    std::string_view prefix,
    std::string_view start,
    std::optional<std::string_view> end
) noexcept {
    if (prefix.empty()) return true;
    if (!start.starts_with(prefix) || !end) return false;
    return end->substr(0, prefix.size()) <= prefix || is_first_behind(prefix, *end);
}

bool covers_range(const service::caller& who, const command::command& what) noexcept {
    if (what.has(argument::prefix)) return covers(who, what.prefix);
    const auto end = what.has(argument::end) ? std::optional{what.end} : std::nullopt;
    return std::any_of(who.prefixes.begin(), who.prefixes.end(), [&](std::string_view one) {
        return holds_range(one, what.start, end);
    });
}

std::optional<refusal> objection_to_command(
    const service::caller& who,
    const command::command& what
) {
    const command::definition& row = *what.what;
    if (row.writes && !who.may.contains(right::write)) return without_right(who, right::write);
    const bool shows = (row.reads || !row.writes) && !what.implied;
    if (shows && !who.may.contains(right::read)) return without_right(who, right::read);
    const bool reached = row.spans ? covers_range(who, what) : covers(who, what.key);
    if (!reached) return outside(who);
    return std::nullopt;
}

/// Says which command it was, as clients count them, where it was they who wrote it.
void locate(refusal& why, const command::transaction& what, std::size_t command) {
    const auto& all = what.commands;
    if (std::any_of(all.begin(), all.end(), [](const auto& one) { return one.implied; })) return;
    if (!what.branched) {
        why.command = command;
        return;
    }
    const auto& ends = *what.branched;
    if (command < ends.conditions_end) {
        why.branch = "if";
        why.command = command;
    } else if (command < ends.then_end) {
        why.branch = "then";
        why.command = command - ends.conditions_end;
    } else {
        why.branch = "else";
        why.command = command - ends.then_end;
    }
}

}  // namespace

std::optional<refusal> objection_to(const service::caller& who, const command::transaction& what) {
    for (std::size_t at = 0; at < what.commands.size(); ++at) {
        auto why = objection_to_command(who, what.commands[at]);
        if (!why) continue;
        locate(*why, what, at);
        return why;
    }
    return std::nullopt;
}

std::optional<refusal> objection_to_writing(const service::caller& who, std::string_view key) {
    auto why = objection_to_use(who, right::write);
    if (!why && !covers(who, key)) why = outside(who);
    return why;
}

std::optional<refusal> objection_to_reading(const service::caller& who, std::string_view prefix) {
    auto why = objection_to_use(who, right::read);
    if (!why && !covers(who, prefix)) why = outside(who);
    return why;
}

std::optional<refusal> objection_to_use(const service::caller& who, right needed) {
    if (who.may.contains(needed)) return std::nullopt;
    return without_right(who, needed);
}

}  // namespace memstore::auth
