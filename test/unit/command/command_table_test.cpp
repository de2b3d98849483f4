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

BOOST_AUTO_TEST_CASE(the_table_says_what_a_command_does_and_takes) {
    const command::definition& get = *command::find_command("get");
    const command::definition& set = *command::find_command("set");
    BOOST_TEST((!get.writes && set.writes));
    BOOST_TEST((!get.takes(command::argument::ttl_ms) && !get.takes(command::argument::keep_ttl)));
    BOOST_TEST((set.takes(command::argument::ttl_ms) && set.takes(command::argument::keep_ttl)));
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
