#include "support/commands_fixture.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstdint>
#include <limits>
#include <string>

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

BOOST_AUTO_TEST_SUITE_END()
