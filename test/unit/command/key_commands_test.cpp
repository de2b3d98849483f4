#include "command/key_commands.hpp"

#include "base/limits.hpp"
#include "support/commands_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <string>

using namespace memstore;
using namespace std::chrono_literals;
using command::argument;
using command::reply;
using test::absent;
using test::asking;

BOOST_FIXTURE_TEST_SUITE(key_commands, test::commands_fixture)

BOOST_AUTO_TEST_CASE(get_answers_the_value_or_nothing) {
    BOOST_TEST((get("k") == absent));
    store_value("k", "v", 2);
    BOOST_TEST((get("k") == reply{"v"}));
}

BOOST_AUTO_TEST_CASE(set_answers_the_value_that_was_set) {
    BOOST_TEST((run(asking{"set", "k"}.value("v")) == reply{"v"}));
    BOOST_TEST(written("k").value() == "v");
    BOOST_TEST((deadline("k") == base::never));
    BOOST_TEST((run(asking{"set", "k"}) == reply{""}));
}

BOOST_AUTO_TEST_CASE(a_ttl_becomes_a_deadline) {
    run(asking{"set", "k"}.with(argument::ttl_ms, 250));
    BOOST_TEST((deadline("k") == clock.now() + 250ms));
}

BOOST_AUTO_TEST_CASE(keep_ttl_keeps_the_deadline_and_nothing_else_does) {
    run(asking{"set", "k"}.with(argument::ttl_ms, 250));
    run(asking{"set", "k"}.with(argument::keep_ttl, 1));
    BOOST_TEST((deadline("k") == clock.now() + 250ms));
    run(asking{"set", "k"}.with(argument::keep_ttl, 0));
    BOOST_TEST((deadline("k") == base::never));
}

BOOST_AUTO_TEST_CASE(del_tells_whether_there_was_something_to_delete) {
    BOOST_TEST((run(asking{"del", "k"}) == reply{false}));
    BOOST_TEST(changes.empty());
    store_value("k", "v", 2);
    BOOST_TEST((run(asking{"del", "k"}) == reply{true}));
    BOOST_TEST((run(asking{"del", "k"}) == reply{false}));
    BOOST_TEST((get("k") == absent));
    BOOST_TEST(changes.writes().size() == 1U);
    BOOST_TEST(changes.writes().front().erased);
}

BOOST_AUTO_TEST_CASE(exists_sees_stored_and_own_keys) {
    BOOST_TEST((run(asking{"exists", "k"}) == reply{false}));
    store_value("k", "", 2);
    BOOST_TEST((run(asking{"exists", "k"}) == reply{true}));
    BOOST_TEST((run({asking{"del", "k"}, asking{"exists", "k"}}) == reply{false}));
    BOOST_TEST((run({asking{"set", "j"}, asking{"exists", "j"}}) == reply{true}));
}

BOOST_AUTO_TEST_CASE(append_goes_on_behind_what_is_there_and_keeps_its_ttl) {
    BOOST_TEST((run(asking{"append", "k"}.value("ab")) == reply{std::int64_t{2}}));
    BOOST_TEST(written("k").value() == "ab");
    store_value("s", "stored", 2, clock.now() + 1s);
    BOOST_TEST((run(asking{"append", "s"}.value("!")) == reply{std::int64_t{7}}));
    BOOST_TEST(written("s").value() == "stored!");
    BOOST_TEST((deadline("s") == clock.now() + 1s));
}

BOOST_AUTO_TEST_CASE(replies_stay_as_they_were_while_a_value_grows) {
    command::transaction what;
    std::string whole;
    for (int i = 0; i < 2000; ++i) {
        what.commands.push_back(asking{"append", "k"}.value("piece"));
        what.commands.push_back(asking{"get", "k"});
        whole += "piece";
    }
    evaluate(what);
    for (std::size_t i = 0; i < 2000; ++i) {
        const auto& length = std::get<std::int64_t>(evaluated.replies[2 * i]);
        const auto& text = std::get<std::string_view>(evaluated.replies[2 * i + 1]);
        BOOST_REQUIRE(length == static_cast<std::int64_t>(5 * (i + 1)));
        BOOST_REQUIRE(text == std::string_view{whole}.substr(0, 5 * (i + 1)));
    }
    BOOST_TEST(written("k").value() == whole);
}

BOOST_AUTO_TEST_CASE(a_value_that_grew_twice_from_the_same_beginning_keeps_both) {
    run({asking{"append", "k"}.value("a"), asking{"append", "k"}.value("b")});
    BOOST_TEST(written("k").value() == "ab");
    const command::transaction what{
        {asking{"append", "x"}.value("1"),
         asking{"get", "x"},
         asking{"append", "x"}.value("2"),
         asking{"del", "x"},
         asking{"append", "x"}.value("3")}};
    evaluate(what);
    BOOST_TEST((evaluated.replies[1] == reply{"1"}));
    BOOST_TEST(written("x").value() == "3");
}

BOOST_AUTO_TEST_CASE(append_makes_no_value_without_bound) {
    const std::string longest(base::appended_bytes_max, 'x');
    run({asking{"set", "k"}.value(longest), asking{"append", "k"}.value("")});
    BOOST_TEST(!evaluated.aborted());
    run({asking{"set", "k"}.value(longest), asking{"append", "k"}.value("y")});
    BOOST_REQUIRE(evaluated.unfit.has_value());
    BOOST_TEST((evaluated.unfit->code == errc::value_too_long));
    BOOST_TEST(evaluated.unfit->command == 1U);
}

BOOST_AUTO_TEST_CASE(entry_tells_all_of_a_key) {
    BOOST_TEST((run(asking{"entry", "k"}) == absent));
    store_value("k", "v", 2);
    BOOST_TEST((run(asking{"entry", "k"}) == reply{command::entry{"v", 2, std::nullopt}}));
    store_value("t", "w", 3, clock.now() + 250ms);
    BOOST_TEST((run(asking{"entry", "t"}) == reply{command::entry{"w", 3, 250}}));
    const auto own = run({asking{"set", "k"}.value("x"), asking{"entry", "k"}});
    const command::entry expected{"x", store::keyspace::not_committed, std::nullopt};
    BOOST_TEST((own == reply{expected}));
}

BOOST_AUTO_TEST_CASE(load_keeps_a_deadline_as_it_is_and_what_is_past_it_is_not_there) {
    const auto loading = [](std::string_view key, base::moment deadline) {
        command::command one;
        one.what = &command::load;
        one.key = key;
        one.value = "new";
        one.deadline = deadline;
        return one;
    };
    BOOST_TEST((run(loading("a", base::never)) == reply{true}));
    BOOST_TEST((deadline("a") == base::never));
    BOOST_TEST((run(loading("b", clock.now() + 1ms)) == reply{true}));
    BOOST_TEST((deadline("b") == clock.now() + 1ms));
    BOOST_TEST(written("b").value() == "new");
    BOOST_TEST((run(loading("c", clock.now())) == reply{false}));
    BOOST_TEST((changes.find(located("c")) == nullptr));
    store_value("d", "old", 2);
    BOOST_TEST((run(loading("d", clock.now())) == reply{false}));
    BOOST_TEST((get("d") == absent));
    BOOST_TEST((command::find_command("load") == nullptr));
}

BOOST_AUTO_TEST_CASE(expire_and_persist_change_the_deadline_alone) {
    BOOST_TEST((run(asking{"expire", "k"}.with(argument::ttl_ms, 5)) == reply{false}));
    BOOST_TEST((run(asking{"persist", "k"}) == reply{false}));
    BOOST_TEST(changes.empty());
    store_value("k", "v", 2);
    BOOST_TEST((run(asking{"persist", "k"}) == reply{false}));
    BOOST_TEST(changes.empty());
    BOOST_TEST((run(asking{"expire", "k"}.with(argument::ttl_ms, 5)) == reply{true}));
    BOOST_TEST(written("k").value() == "v");
    BOOST_TEST((deadline("k") == clock.now() + 5ms));
    BOOST_TEST((run(asking{"persist", "k"}) == reply{true}));
    BOOST_TEST((deadline("k") == base::never));
}

BOOST_AUTO_TEST_CASE(a_key_whose_deadline_has_come_is_not_there_for_any_command) {
    store_value("k", "5", 2, clock.now());
    BOOST_TEST((get("k") == absent));
    BOOST_TEST((run(asking{"exists", "k"}) == reply{false}));
    BOOST_TEST((run(asking{"entry", "k"}) == absent));
    BOOST_TEST((run(asking{"del", "k"}) == reply{false}));
    BOOST_TEST((run(asking{"persist", "k"}) == reply{false}));
    BOOST_TEST((run(asking{"expire", "k"}.with(argument::ttl_ms, 5)) == reply{false}));
    run(asking{"check", "k"}.with(argument::version, 0));
    BOOST_TEST(!evaluated.aborted());
    BOOST_TEST((run(asking{"incr", "k"}) == reply{std::int64_t{1}}));
}

BOOST_AUTO_TEST_SUITE_END()
