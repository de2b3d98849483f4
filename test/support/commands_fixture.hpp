#pragma once

#include "base/hash.hpp"
#include "command/command_table.hpp"
#include "command/evaluation.hpp"
#include "store/epoch.hpp"
#include "store/keyspace.hpp"
#include "store/node_memory.hpp"
#include "support/fake_clock.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace memstore::test {

/// A command by its name, with what it is given.
class asking {
public:
    asking(std::string_view name, std::string_view key) {
        what_.what = command::find_command(name);
        what_.key = key;
        what_.given.add(command::argument::key);
    }
    asking&& value(std::string_view bytes) && {
        what_.value = bytes;
        what_.given.add(command::argument::value);
        return std::move(*this);
    }
    asking&& with(command::argument which, std::string_view text) && {
        for (const command::argument_definition& each : command::arguments()) {
            const auto* const member =
                std::get_if<std::string_view command::command::*>(&each.member);
            if (each.which == which && member != nullptr) what_.*(*member) = text;
        }
        what_.given.add(which);
        return std::move(*this);
    }
    /// An argument that is a number or a truth.
    asking&& with(command::argument which, std::int64_t number) && {
        for (const command::argument_definition& each : command::arguments()) {
            if (each.which != which) continue;
            const auto give = [&]<class Value>(Value command::command::*member) {
                if constexpr (!std::is_same_v<Value, std::string_view>)
                    what_.*member = static_cast<Value>(number);
            };
            std::visit(give, each.member);
        }
        what_.given.add(which);
        return std::move(*this);
    }
    operator command::command() const { return what_; }

private:
    command::command what_;
};

/// One empty partition, and commands run on it as one transaction.
struct commands_fixture {
    fake_clock clock;
    base::key_hasher hash_of{{}};
    store::epoch_domain epochs;
    store::node_memory memory{epochs};
    store::partition stored{memory};
    store::snapshot before;
    store::write_set changes;
    command::evaluation evaluated;

    commands_fixture() { before.add({stored, stored.published()}); }

    store::located_key located(std::string_view key) const { return {key, hash_of(key), 0}; }

    void evaluate(const command::transaction& what) {
        store::keyspace keys{before, changes, clock, hash_of};
        std::vector<store::located_key> all;
        for (const command::command& each : what.commands) all.push_back(located(each.key));
        command::evaluate(what, all, keys, evaluated);
    }

    /// What the last of these commands answers; each sees the effects of those before it.
    command::reply run(std::vector<command::command> commands) {
        evaluate({std::move(commands)});
        return evaluated.replies.back();
    }
    command::reply run(const command::command& one) { return run(std::vector{one}); }
    command::reply get(std::string_view key) { return run(asking{"get", key}); }

    /// What was written to a key and not erased since.
    std::optional<std::string_view> written(std::string_view key) const {
        const store::write* const last = changes.find(located(key));
        if (last == nullptr || last->erased) return std::nullopt;
        return last->value;
    }
    base::moment deadline(std::string_view key) const {
        return changes.find(located(key))->deadline;
    }

    /// Commits a value, so that the commands find it stored, under this version.
    void store_value(
        std::string_view key,
        std::string_view value,
        std::uint64_t version,
        base::moment deadline = base::never
    ) {
        stored.begin_commit();
        stored.set_commit_version(version);
        stored.apply({.key = located(key), .value = value, .deadline = deadline}, version);
        stored.publish();
        before.clear();
        before.add({stored, stored.published()});
    }
};

inline const command::reply absent{};

}  // namespace memstore::test
