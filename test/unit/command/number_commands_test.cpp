#include "command/number_commands.hpp"

#include "support/commands_fixture.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <string_view>

using namespace memstore;
using namespace std::chrono_literals;
using command::argument;
using command::reply;
using test::asking;
namespace bdata = boost::unit_test::data;

namespace {

constexpr std::int64_t lowest = std::numeric_limits<std::int64_t>::min();
constexpr std::int64_t highest = std::numeric_limits<std::int64_t>::max();

asking incr(std::int64_t by) { return asking{"incr", "n"}.with(argument::by, by); }

}  // namespace

BOOST_FIXTURE_TEST_SUITE(number_commands, test::commands_fixture)

BOOST_AUTO_TEST_CASE(incr_counts_from_nothing_and_by_one) {
    BOOST_TEST((run(asking{"incr", "n"}) == reply{std::int64_t{1}}));
    BOOST_TEST((run(incr(-5)) == reply{std::int64_t{-4}}));
    BOOST_TEST(written("n").value() == "-4");
}

BOOST_AUTO_TEST_CASE(incr_keeps_the_ttl) {
    store_value("n", "41", 2, clock.now() + 1s);
    BOOST_TEST((run(asking{"incr", "n"}) == reply{std::int64_t{42}}));
    BOOST_TEST((deadline("n") == clock.now() + 1s));
}

BOOST_AUTO_TEST_CASE(incr_reaches_both_ends_and_no_further) {
    store_value("n", std::to_string(highest - 1), 2);
    BOOST_TEST((run(incr(1)) == reply{highest}));
    run(incr(1));
    BOOST_TEST((evaluated.unfit->code == errc::overflow));
    store_value("n", "-1", 3);
    changes.clear();
    BOOST_TEST((run(incr(lowest + 1)) == reply{lowest}));
    run(incr(-1));
    BOOST_TEST((evaluated.unfit->code == errc::overflow));
    BOOST_TEST(written("n").value() == std::to_string(lowest));
}

BOOST_DATA_TEST_CASE(
    incr_takes_integers_only_as_it_writes_them,
    bdata::make(
        {"",
         " ",
         "x",
         "+1",
         "01",
         "-0",
         "1 ",
         " 1",
         "1.0",
         "1e3",
         "0x1",
         "--1",
         "-",
         "9223372036854775808",
         "-9223372036854775809",
         "00"}
    ),
    text
) {
    store_value("n", text, 2);
    run(asking{"incr", "n"});
    BOOST_REQUIRE(evaluated.unfit.has_value());
    BOOST_TEST((evaluated.unfit->code == errc::not_an_integer));
    BOOST_TEST(changes.empty());
}

BOOST_AUTO_TEST_CASE(incr_outside_its_bounds_fails_as_a_check_does) {
    store_value("n", "5", 2);
    run(incr(-6).with(argument::min, 0));
    BOOST_REQUIRE(evaluated.failed.size() == 1U);
    BOOST_TEST(evaluated.failed[0].actual->value == "5");
    BOOST_TEST(evaluated.failed[0].actual->version == 2U);
    BOOST_TEST(changes.empty());
    run(incr(-5).with(argument::min, 0));
    BOOST_TEST(!evaluated.aborted());
    run(incr(7).with(argument::max, 6));
    BOOST_TEST(evaluated.failed.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_check_holds_or_is_noted) {
    store_value("k", "v", 7);
    const auto holds = [&](asking&& one) {
        const bool truth = run(one) == reply{true};
        return truth && !evaluated.aborted();
    };
    BOOST_TEST(holds(asking{"check", "k"}.value("v")));
    BOOST_TEST(!holds(asking{"check", "k"}.value("w")));
    BOOST_TEST(!holds(asking{"check", "none"}.value("")));
    BOOST_TEST(holds(asking{"check", "k"}.with(argument::exists, 1)));
    BOOST_TEST(!holds(asking{"check", "k"}.with(argument::exists, 0)));
    BOOST_TEST(holds(asking{"check", "none"}.with(argument::exists, 0)));
    BOOST_TEST(!holds(asking{"check", "none"}.with(argument::exists, 1)));
    BOOST_TEST(holds(asking{"check", "k"}.with(argument::version, 7)));
    BOOST_TEST(!holds(asking{"check", "k"}.with(argument::version, 6)));
    BOOST_TEST(!holds(asking{"check", "k"}.with(argument::version, 0)));
    BOOST_TEST(holds(asking{"check", "none"}.with(argument::version, 0)));
}

BOOST_AUTO_TEST_CASE(a_check_of_bounds_wants_an_integer_within_them) {
    store_value("n", "5", 2);
    run(asking{"check", "n"}.with(argument::min, 5).with(argument::max, 5));
    BOOST_TEST(!evaluated.aborted());
    run(asking{"check", "n"}.with(argument::min, 6));
    BOOST_TEST(evaluated.failed.size() == 1U);
    run(asking{"check", "n"}.with(argument::max, 4));
    BOOST_TEST(evaluated.failed.size() == 1U);
    run(asking{"check", "none"}.with(argument::min, 0));
    BOOST_TEST(evaluated.failed.size() == 1U);
    store_value("n", "five", 3);
    run(asking{"check", "n"}.with(argument::min, 0));
    BOOST_TEST(evaluated.failed.empty());
    BOOST_TEST((evaluated.unfit->code == errc::not_an_integer));
}

BOOST_AUTO_TEST_CASE(a_match_is_with_one_of_several_versions_or_with_none_of_them) {
    store_value("k", "v", 7);
    const std::uint64_t with[] = {3, 7};
    const std::uint64_t without[] = {3, 8};
    const auto holds =
        [&](std::string_view key, std::span<const std::uint64_t> versions, bool one_of) {
            command::command match{.what = &command::match, .key = key, .versions = versions};
            match.exists = one_of;
            run(match);
            return !evaluated.aborted();
        };
    BOOST_TEST((holds("k", with, true) && !holds("k", with, false)));
    BOOST_TEST((!holds("k", without, true) && holds("k", without, false)));
    BOOST_TEST((!holds("none", with, true) && holds("none", with, false)));
}

BOOST_AUTO_TEST_CASE(no_version_is_that_of_an_own_write) {
    run({asking{"set", "k"}, asking{"check", "k"}.with(argument::version, highest)});
    BOOST_REQUIRE(evaluated.failed.size() == 1U);
    BOOST_TEST(evaluated.failed[0].command == 1U);
}

BOOST_AUTO_TEST_CASE(all_checks_that_fail_are_noted_and_the_first_misfit) {
    store_value("x", "text", 2);
    evaluate(
        {{asking{"check", "a"}.with(argument::exists, 1),
          asking{"incr", "x"},
          asking{"set", "b"},
          asking{"check", "b"}.with(argument::exists, 0),
          asking{"incr", "x"}}}
    );
    BOOST_REQUIRE(evaluated.failed.size() == 2U);
    BOOST_TEST(evaluated.failed[0].command == 0U);
    BOOST_TEST(evaluated.failed[1].command == 3U);
    BOOST_TEST(evaluated.unfit->command == 1U);
}

BOOST_AUTO_TEST_CASE(conditions_decide_which_branch_runs) {
    command::transaction what{
        {asking{"check", "k"}.with(argument::exists, 1),
         asking{"set", "then"},
         asking{"set", "else"}.value("e"),
         asking{"get", "else"}},
        false,
        command::transaction::branches{1, 2}};
    evaluate(what);
    BOOST_TEST((!evaluated.succeeded && !evaluated.aborted()));
    BOOST_TEST((evaluated.replies == std::vector<reply>{"e", "e"}));
    BOOST_TEST(!written("then").has_value());

    changes.clear();
    store_value("k", "", 2);
    evaluate(what);
    BOOST_TEST((evaluated.succeeded && !evaluated.aborted()));
    BOOST_TEST((evaluated.replies == std::vector<reply>{""}));
    BOOST_TEST(!written("else").has_value());
}

BOOST_AUTO_TEST_CASE(a_check_within_a_branch_aborts) {
    evaluate(
        {{asking{"check", "k"}.with(argument::exists, 1)},
         false,
         command::transaction::branches{0, 1}}
    );
    BOOST_TEST(evaluated.succeeded);
    BOOST_REQUIRE(evaluated.failed.size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
