#include "command/evaluation.hpp"

#include "support/commands_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <vector>

using namespace memstore;
using command::argument;
using command::reply;
using test::asking;

BOOST_FIXTURE_TEST_SUITE(evaluation, test::commands_fixture)

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
