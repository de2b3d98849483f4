#include "app/environment.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace memstore;

BOOST_AUTO_TEST_SUITE(environment)

BOOST_AUTO_TEST_CASE(reads_its_own_variables_and_no_others) {
    const auto given = app::parse_environment(
        {"PATH=/bin", "MEMSTORE_LIMITS_JSON_DEPTH=5", "memstore_port=1", "MEMSTORE_PORT_FILE=a=b"}
    );
    BOOST_REQUIRE(given.has_value());
    BOOST_REQUIRE_EQUAL(given->size(), 2U);
    BOOST_TEST((*given)[0].what->name == "limits.json-depth");
    BOOST_TEST(((*given)[0].texts == std::vector<std::string>{"5"}));
    BOOST_TEST((*given)[0].origin == "environment variable MEMSTORE_LIMITS_JSON_DEPTH");
    BOOST_TEST(((*given)[1].texts == std::vector<std::string>{"a=b"}));
}

BOOST_AUTO_TEST_CASE(an_unknown_variable_is_named) {
    const auto given = app::parse_environment({"MEMSTORE_PROT=1"});
    BOOST_REQUIRE(given.has_error());
    BOOST_TEST(given.error().what == R"(unknown option "MEMSTORE_PROT" (environment))");
    BOOST_TEST(given.error().exit_status == 2);
    BOOST_TEST(app::parse_environment({"MEMSTORE_"}).has_error());
    BOOST_TEST(app::parse_environment({"MEMSTORE_PORTS"}).has_error());
}

BOOST_AUTO_TEST_CASE(what_orchestrators_tell_of_services_is_none_of_ours) {
    const auto given = app::parse_environment({
        "MEMSTORE_SERVICE_HOST=10.0.0.1",
        "MEMSTORE_SERVICE_PORT=8000",
        "MEMSTORE_SERVICE_PORT_HTTP=8000",
        "MEMSTORE_PORT=tcp://10.0.0.1:8000",
        "MEMSTORE_PORT_8000_TCP=tcp://10.0.0.1:8000",
        "MEMSTORE_PORT_8000_TCP_PROTO=tcp",
        "MEMSTORE_PORT_8000_TCP_PORT=8000",
        "MEMSTORE_PORT_8000_TCP_ADDR=10.0.0.1",
        "MEMSTORE_WEB_SERVICE_HOST=10.0.0.2",
        "MEMSTORE_WEB_PORT=udp://10.0.0.2:53",
    });
    BOOST_REQUIRE(given.has_value());
    BOOST_TEST(given->empty());
}

BOOST_AUTO_TEST_CASE(a_port_of_ours_is_still_read) {
    const auto given = app::parse_environment({"MEMSTORE_PORT=8000"});
    BOOST_REQUIRE(given.has_value());
    BOOST_TEST(given->at(0).what->name == "port");
    BOOST_TEST(app::parse_environment({"MEMSTORE_PORT_8000=1"}).has_error());
}

BOOST_AUTO_TEST_SUITE_END()
