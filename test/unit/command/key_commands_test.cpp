#include "command/command_table.hpp"
#include "store/epoch.hpp"
#include "store/keyspace.hpp"
#include "store/node_memory.hpp"
#include "support/fake_clock.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>

using namespace memstore;
using namespace std::chrono_literals;

namespace {

/// One empty partition, and commands run on it one after the other as one transaction.
struct commands_fixture {
    test::fake_clock clock;
    store::epoch_domain epochs;
    store::node_memory memory{epochs};
    store::partition stored{memory};
    store::snapshot before;
    store::write_set changes;

    commands_fixture() { before.add({stored, stored.published()}); }

    command::reply run(const command::command& one) {
        store::keyspace keys{before, changes, clock};
        return one.what->run(one, {one.key, one.key.size(), 0}, keys);
    }
    command::reply get(std::string_view key) {
        return run({.what = command::find_command("get"), .key = key});
    }
    const store::write& last_write() const { return changes.writes().back(); }

    command::command set{.what = command::find_command("set"), .key = "k", .value = "v"};
};

const command::reply absent{};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(key_commands, commands_fixture)

BOOST_AUTO_TEST_CASE(get_answers_the_value_or_nothing) {
    BOOST_TEST((get("k") == absent));
    run(set);
    BOOST_TEST((get("k") == command::reply{"v"}));
}

BOOST_AUTO_TEST_CASE(set_answers_the_value_that_was_set) {
    BOOST_TEST((run(set) == command::reply{"v"}));
    BOOST_TEST(last_write().value == "v");
    BOOST_TEST((last_write().deadline == base::never));
}

BOOST_AUTO_TEST_CASE(a_ttl_becomes_a_deadline) {
    set.ttl = 250ms;
    run(set);
    BOOST_TEST((last_write().deadline == clock.now() + 250ms));
}

BOOST_AUTO_TEST_CASE(keep_ttl_keeps_the_deadline_and_nothing_else_does) {
    set.ttl = 250ms;
    run(set);
    set.ttl.reset();
    set.keep_ttl = true;
    run(set);
    BOOST_TEST((last_write().deadline == clock.now() + 250ms));
    set.keep_ttl = false;
    run(set);
    BOOST_TEST((last_write().deadline == base::never));
}

BOOST_AUTO_TEST_SUITE_END()
