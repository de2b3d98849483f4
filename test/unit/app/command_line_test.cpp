#include "app/command_line.hpp"

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

const mistake mistakes[] = {
    {{"--bogus"}, R"(unknown option "--bogus" (command line))"},
    {{"--por", "1"}, R"(unknown option "--por" (command line))"},
    {{"-x"}, R"(unknown option "-x" (command line))"},
    {{"--port", "1", "--port=2"}, "port: given twice (flag --port, flag --port)"},
    {{"--port", "1", "-p", "2"}, "port: given twice (flag --port, flag --port)"},
    {{"bogus"}, R"(unknown command "bogus": memstore --help lists those there are)"},
    {{"journal"}, "journal takes inspect, verify, dump or repair, and a directory"},
    {{"journal", "mend", "d"}, "journal takes inspect, verify, dump or repair, and a directory"},
    {{"journal", "dump"}, "journal takes inspect, verify, dump or repair, and a directory"},
    {{"journal", "dump", "d", "e"},
     "journal takes inspect, verify, dump or repair, and a directory"},
    {{"journal", "dump", "d", "-p1"}, "journal takes no options (flag --port)"},
    {{"token"}, "token takes: new NAME [read,write,admin]"},
    {{"token", "old", "ci"}, "token takes: new NAME [read,write,admin]"},
    {{"token", "new", "ci", "read", "write"}, "token takes: new NAME [read,write,admin]"},
    {{"token", "new", "ci", "fly"}, "the rights of a token are read, write and admin"},
    {{"token", "new", "ci", "-p1"}, "token takes no options (flag --port)"},
    {{"serve", "again"}, R"(unexpected argument "again" (command line))"},
    {{"--log.access", "true"}, R"(unknown command "true": memstore --help lists those there are)"},
    {{"--a\nb"}, R"(unknown option "--a\nb" (command line))"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(command_line)

BOOST_AUTO_TEST_CASE(serves_when_told_nothing) {
    const auto line = app::parse_command_line({});
    BOOST_REQUIRE(line.has_value());
    BOOST_TEST((line->what == app::command::serve));
    BOOST_TEST(line->options.empty());
}

BOOST_AUTO_TEST_CASE(a_flag_has_many_forms) {
    const arguments forms[] = {
        {"--port", "8000"},
        {"--port=8000"},
        {"-p", "8000"},
        {"-p8000"},
        {"serve", "--port", "8000"},
        {"-p", "8000", "serve"}};
    for (const arguments& given : forms) {
        const auto line = app::parse_command_line(given);
        BOOST_REQUIRE(line.has_value());
        BOOST_TEST((line->what == app::command::serve));
        BOOST_REQUIRE_EQUAL(line->options.size(), 1U);
        BOOST_TEST(line->options[0].what->name == "port");
        BOOST_TEST((line->options[0].texts == std::vector<std::string>{"8000"}));
        BOOST_TEST(line->options[0].origin == "flag --port");
    }
}

BOOST_AUTO_TEST_CASE(a_boolean_flag_may_stand_alone) {
    for (const char* const flag : {"--log.access", "--log.access=true"}) {
        const auto line = app::parse_command_line({flag, "config"});
        BOOST_REQUIRE(line.has_value());
        BOOST_TEST((line->what == app::command::config));
        BOOST_TEST((line->options.at(0).texts == std::vector<std::string>{"true"}));
    }
    const auto off = app::parse_command_line({"--log.access=false"});
    BOOST_REQUIRE(off.has_value());
    BOOST_TEST((off->options.at(0).texts == std::vector<std::string>{"false"}));
}

BOOST_AUTO_TEST_CASE(a_list_may_be_given_in_parts) {
    const auto line = app::parse_command_line(
        {"--cors.allowed-origins=http://a", "--cors.allowed-origins", "http://b,http://c"}
    );
    BOOST_REQUIRE(line.has_value());
    BOOST_REQUIRE_EQUAL(line->options.size(), 1U);
    BOOST_TEST(
        (line->options[0].texts == (std::vector<std::string>{"http://a", "http://b,http://c"}))
    );
}

BOOST_AUTO_TEST_CASE(help_and_version_win_over_commands) {
    for (const arguments& given :
         {arguments{"--help"}, {"-h"}, {"config", "--help"}, {"--version", "-h"}}) {
        const auto line = app::parse_command_line(given);
        BOOST_REQUIRE(line.has_value());
        BOOST_TEST((line->what == app::command::help));
    }
    const auto version = app::parse_command_line({"--version", "serve"});
    BOOST_REQUIRE(version.has_value());
    BOOST_TEST((version->what == app::command::version));
}

BOOST_AUTO_TEST_CASE(journal_takes_an_action_and_a_directory) {
    const auto line = app::parse_command_line({"journal", "repair", "/data"});
    BOOST_REQUIRE(line.has_value());
    BOOST_TEST((line->what == app::command::journal));
    BOOST_TEST((line->journal.action == app::journal_action::repair));
    BOOST_TEST((line->journal.directory == "/data"));
}

BOOST_AUTO_TEST_CASE(token_takes_a_name_and_rights) {
    const auto plain = app::parse_command_line({"token", "new", "ci"});
    BOOST_REQUIRE(plain.has_value());
    BOOST_TEST((plain->what == app::command::token));
    BOOST_TEST(plain->token.name == "ci");
    using service::right;
    BOOST_TEST((plain->token.may == service::rights{right::read, right::write}));
    const auto admin = app::parse_command_line({"token", "new", "root", "admin,read"});
    BOOST_REQUIRE(admin.has_value());
    BOOST_TEST((admin->token.may == service::rights{right::read, right::admin}));
}

BOOST_DATA_TEST_CASE(mistakes_are_named, bdata::make(mistakes)) {
    const auto line = app::parse_command_line(sample.given);
    BOOST_REQUIRE(line.has_error());
    BOOST_TEST(line.error().what == sample.what);
    BOOST_TEST(line.error().exit_status == 2);
}

BOOST_AUTO_TEST_CASE(a_missing_or_needless_value_names_its_flag) {
    for (const arguments& given : {arguments{"--port"}, {"-p"}, {"--port="}, {"--help=yes"}}) {
        const auto line = app::parse_command_line(given);
        BOOST_REQUIRE(line.has_error());
        const std::string& what = line.error().what;
        BOOST_TEST((what.find("port") != what.npos || what.find("help") != what.npos), what);
        BOOST_TEST(line.error().exit_status == 2);
    }
}

BOOST_AUTO_TEST_SUITE_END()
