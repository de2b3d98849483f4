#include "support/commands_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <string>
#include <vector>

using namespace memstore;
using command::argument;
using command::reply;
using test::asking;

namespace {

/// A page as text: its keys and values, and a plus where there is more.
std::string shown(const reply& page) {
    const auto& all = std::get<command::page>(page);
    std::string text;
    for (const command::row& each : all.rows)
        text.append(each.key)
            .append(all.keys_only ? "" : "=")
            .append(all.keys_only ? "" : each.value)
            .append(" ");
    return text + (all.more ? "+" : "");
}

struct range_fixture : test::commands_fixture {
    range_fixture() {
        std::uint64_t version = 1;
        for (const char* key : {"a", "ab", "abc", "b", "c"}) store_value(key, "1", ++version);
    }
    asking scan(std::string_view prefix) {
        return asking{"scan", ""}.with(argument::prefix, prefix);
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(range_commands, range_fixture)

BOOST_AUTO_TEST_CASE(scan_answers_keys_in_order) {
    BOOST_TEST(shown(run(scan(""))) == "a=1 ab=1 abc=1 b=1 c=1 ");
    BOOST_TEST(shown(run(scan("ab"))) == "ab=1 abc=1 ");
    BOOST_TEST(shown(run(scan("x"))) == "");
    BOOST_TEST(
        shown(run(asking{"scan", ""}.with(argument::start, "ab").with(argument::end, "c"))) ==
        "ab=1 abc=1 b=1 "
    );
    BOOST_TEST(shown(run(asking{"scan", ""}.with(argument::start, "b"))) == "b=1 c=1 ");
    BOOST_TEST(shown(run(asking{"scan", ""}.with(argument::end, "ab"))) == "a=1 ");
    BOOST_TEST(shown(run(scan("").with(argument::keys_only, 1))) == "a ab abc b c ");
}

BOOST_AUTO_TEST_CASE(pages_go_on_where_the_last_ended) {
    BOOST_TEST(shown(run(scan("").with(argument::limit, 2))) == "a=1 ab=1 +");
    BOOST_TEST(
        shown(run(scan("").with(argument::limit, 2).with(argument::after, "ab"))) == "abc=1 b=1 +"
    );
    BOOST_TEST(shown(run(scan("").with(argument::limit, 2).with(argument::after, "b"))) == "c=1 ");
    BOOST_TEST(shown(run(scan("").with(argument::limit, 5))) == "a=1 ab=1 abc=1 b=1 c=1 ");
    BOOST_TEST(
        shown(run(scan("").with(argument::limit, 2).with(argument::reverse, 1))) == "c=1 b=1 +"
    );
    BOOST_TEST(
        shown(run(scan("").with(argument::reverse, 1).with(argument::after, "abc"))) == "ab=1 a=1 "
    );
}

BOOST_AUTO_TEST_CASE(own_writes_are_seen_in_their_place) {
    const auto page = run(
        {asking{"set", "aa"}.value("2"),
         asking{"del", "b"},
         asking{"set", "c"}.value("3"),
         asking{"scan", ""}.with(argument::prefix, "")}
    );
    BOOST_TEST(shown(page) == "a=1 aa=2 ab=1 abc=1 c=3 ");
    const auto& rows = std::get<command::page>(page).rows;
    BOOST_TEST(rows[0].version == 2U);
    BOOST_TEST(rows[1].version == store::keyspace::not_committed);
}

BOOST_AUTO_TEST_CASE(count_counts_and_delrange_removes) {
    const auto of = [](std::string_view name, std::string_view prefix) {
        return asking{name, ""}.with(argument::prefix, prefix);
    };
    BOOST_TEST((run(of("count", "a")) == reply{std::int64_t{3}}));
    BOOST_TEST((run(of("delrange", "ab")) == reply{std::int64_t{2}}));
    BOOST_TEST(changes.writes().size() == 2U);
    BOOST_TEST((run(of("delrange", "ab")) == reply{std::int64_t{0}}));
    BOOST_TEST((run(of("count", "")) == reply{std::int64_t{3}}));
    BOOST_TEST(shown(run(scan(""))) == "a=1 b=1 c=1 ");
}

BOOST_AUTO_TEST_CASE(what_has_expired_is_in_no_range) {
    store_value("b", "old", 9, clock.now());
    BOOST_TEST(shown(run(scan(""))) == "a=1 ab=1 abc=1 c=1 ");
    BOOST_TEST((run(asking{"count", ""}.with(argument::prefix, "b")) == reply{std::int64_t{0}}));
}

BOOST_AUTO_TEST_SUITE_END()
