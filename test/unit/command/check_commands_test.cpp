#include "command/check_commands.hpp"

#include "support/commands_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

using namespace memstore;
using command::argument;
using command::reply;
using test::asking;

BOOST_FIXTURE_TEST_SUITE(check_commands, test::commands_fixture)

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
    run(
        {asking{"set", "k"},
         asking{"check", "k"}.with(argument::version, std::numeric_limits<std::int64_t>::max())}
    );
    BOOST_REQUIRE(evaluated.failed.size() == 1U);
    BOOST_TEST(evaluated.failed[0].command == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
