#include "app/client_line.hpp"

#include "support/mistake.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace memstore;
namespace bdata = boost::unit_test::data;

namespace {

using test::arguments;
using test::mistake;

const mistake client_mistakes[] = {
    {{"get"}, "usage: memstore get KEY [options]"},
    {{"get", "a", "b"}, "usage: memstore get KEY [options]"},
    {{"status", "a"}, "usage: memstore status [options]"},
    {{"get", "a", "--ttl", "3"},
     R"(unknown option "--ttl": memstore get --help lists those there are)"},
    {{"scan", "--lim", "3"},
     R"(unknown option "--lim": memstore scan --help lists those there are)"},
    {{"scan", "--limit=1", "--limit=2"}, "--limit is given twice"},
    {{"scan", "--limit"}, "the required argument for option '--limit' is missing (memstore scan)"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(client_line)

BOOST_AUTO_TEST_CASE(only_the_first_argument_names_a_client_command) {
    BOOST_TEST(app::is_client_line({"get", "a"}));
    BOOST_TEST(!app::is_client_line({}));
    BOOST_TEST(!app::is_client_line({"serve"}));
    BOOST_TEST(!app::is_client_line({"--port=1", "get"}));
}

BOOST_AUTO_TEST_CASE(flags_and_words_stand_in_any_order) {
    const arguments forms[] = {
        {"set", "k", "v", "--ttl", "3s"},
        {"set", "--ttl=3s", "k", "v"},
        {"set", "k", "--ttl", "3s", "--", "v"},
    };
    for (const arguments& given : forms) {
        const auto line = app::parse_client_line(given);
        BOOST_REQUIRE(line.has_value());
        BOOST_TEST((line->what->what == app::client_action::set));
        BOOST_TEST((line->words == arguments{"k", "v"}));
        BOOST_TEST(line->flags.at("ttl") == "3s");
    }
}

BOOST_AUTO_TEST_CASE(behind_two_dashes_there_are_words_alone) {
    const auto line = app::parse_client_line({"set", "--", "--json", "-"});
    BOOST_REQUIRE(line.has_value());
    BOOST_TEST((line->words == arguments{"--json", "-"}));
    BOOST_TEST(line->flags.empty());
}

BOOST_AUTO_TEST_CASE(a_flag_may_stand_alone) {
    const auto line = app::parse_client_line({"scan", "--reverse", "p", "--keys-only=false"});
    BOOST_REQUIRE(line.has_value());
    BOOST_TEST(line->flags.at("reverse") == "true");
    BOOST_TEST(line->flags.at("keys-only") == "false");
    BOOST_TEST((line->words == arguments{"p"}));
}

BOOST_AUTO_TEST_CASE(words_may_be_empty) {
    const auto line = app::parse_client_line({"set", "", ""});
    BOOST_REQUIRE(line.has_value());
    BOOST_TEST((line->words == arguments{"", ""}));
}

BOOST_AUTO_TEST_CASE(help_needs_no_words) {
    for (const char* const flag : {"-h", "--help"}) {
        const auto line = app::parse_client_line({"get", flag});
        BOOST_REQUIRE(line.has_value());
        BOOST_TEST(line->help);
    }
}

BOOST_DATA_TEST_CASE(mistakes_are_named, bdata::make(client_mistakes)) {
    const auto line = app::parse_client_line(sample.given);
    BOOST_REQUIRE(line.has_error());
    BOOST_TEST(line.error().what == sample.what);
    BOOST_TEST(line.error().exit_status == 2);
}

BOOST_AUTO_TEST_SUITE_END()
