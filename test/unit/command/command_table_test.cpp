#include "command/command_table.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace memstore;
namespace bdata = boost::unit_test::data;

BOOST_AUTO_TEST_SUITE(command_table)

BOOST_DATA_TEST_CASE(a_name_is_found_in_any_case, bdata::make({"get", "GET", "Get", "gEt"}), name) {
    const command::definition* const found = command::find_command(name);
    BOOST_REQUIRE(found != nullptr);
    BOOST_TEST(found->name == "get");
}

BOOST_DATA_TEST_CASE(
    nothing_else_is,
    bdata::make({"", "g", "ge", "gets", "get ", " get", "\xE7\xE5\xF4", "sett", "'et"}),
    name
) {
    BOOST_TEST(command::find_command(name) == nullptr);
}

BOOST_AUTO_TEST_CASE(every_command_is_complete_and_says_what_it_takes_once) {
    for (const std::string_view name :
         {"get", "set", "del", "exists", "incr", "append", "entry", "expire", "persist", "check"}) {
        const command::definition* const row = command::find_command(name);
        BOOST_REQUIRE(row != nullptr);
        BOOST_TEST(row->name == name);
        BOOST_TEST((row->run != nullptr));
        BOOST_TEST(row->required.contains(command::argument::key));
        BOOST_TEST((row->required & row->optional).empty());
    }
}

BOOST_AUTO_TEST_CASE(the_table_says_what_a_command_does_and_takes) {
    const command::definition& get = *command::find_command("get");
    const command::definition& set = *command::find_command("set");
    const command::definition& check = *command::find_command("check");
    BOOST_TEST((!get.writes && set.writes && !check.writes));
    BOOST_TEST((!set.is_condition && check.is_condition));
    BOOST_TEST(get.optional.empty());
    BOOST_TEST(set.optional.contains(command::argument::ttl_ms));
}

BOOST_AUTO_TEST_CASE(a_transaction_is_read_only_when_nothing_in_it_writes_or_it_is_dry) {
    const command::command get{.what = command::find_command("get")};
    const command::command set{.what = command::find_command("set")};
    BOOST_TEST((command::transaction{}.read_only()));
    BOOST_TEST((command::transaction{{get, get}}.read_only()));
    BOOST_TEST(!(command::transaction{{get, set}}.read_only()));
    BOOST_TEST((command::transaction{{get, set}, true}.read_only()));
}

BOOST_AUTO_TEST_SUITE_END()
