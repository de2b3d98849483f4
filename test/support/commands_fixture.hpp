#pragma once

#include "command/command_table.hpp"
#include "command/evaluation.hpp"
#include "support/given.hpp"
#include "support/one_partition.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace memstore::test {

/// A command by its name, with what it is given.
class asking {
public:
    asking(std::string_view name, std::string_view key) {
        what_.what = command::find_command(name);
        give(what_, command::argument::key, key);
    }
    asking&& value(std::string_view bytes) && {
        return std::move(*this).with(command::argument::value, bytes);
    }
    asking&& with(command::argument which, std::string_view text) && {
        give(what_, which, text);
        return std::move(*this);
    }
    asking&& with(command::argument which, std::int64_t number) && {
        give(what_, which, number);
        return std::move(*this);
    }
    operator command::command() const { return what_; }

private:
    command::command what_;
};

/// Commands run on one partition, as one transaction.
struct commands_fixture : one_partition {
    command::evaluation evaluated;

    void evaluate(const command::transaction& what) {
        store::keyspace inside = keys();
        std::vector<store::located_key> all;
        for (const command::command& each : what.commands) all.push_back(located(each.key));
        command::evaluate(what, all, inside, evaluated);
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
};

inline const command::reply absent{};

}  // namespace memstore::test
