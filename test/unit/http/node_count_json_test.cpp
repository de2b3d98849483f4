#include "http/node_count_json.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace memstore;
namespace bdata = boost::unit_test::data;

BOOST_AUTO_TEST_SUITE(node_count_json)

BOOST_AUTO_TEST_CASE(a_number_or_auto_is_read) {
    BOOST_TEST(http::read_node_count(R"({"nodes":16})").value().value() == 16U);
    BOOST_TEST(http::read_node_count(R"( { "nodes" : 0 } )").value().value() == 0U);
    BOOST_TEST(!http::read_node_count(R"({"nodes":"auto"})").value().has_value());
}

BOOST_DATA_TEST_CASE(
    anything_else_is_a_bad_argument,
    bdata::make(
        {R"({})",
         R"([])",
         R"(7)",
         R"("auto")",
         R"({"nodes":-1})",
         R"({"nodes":1.5})",
         R"({"nodes":null})",
         R"({"nodes":true})",
         R"({"nodes":"some"})",
         R"({"nodes":[1]})",
         R"({"nodes":{"nodes":1}})",
         R"({"Nodes":1})",
         R"({"nodes":1,"nodes":2})",
         R"({"nodes":1,"more":2})",
         R"([{"nodes":1}])",
         R"({"nodes":99999999999999999999})",
         R"([[[[[[[[[[1]]]]]]]]]])"}
    ),
    body
) {
    BOOST_TEST((http::read_node_count(body).error().code == errc::bad_argument));
}

BOOST_DATA_TEST_CASE(what_is_no_json_is_malformed, bdata::make({"", "{", R"({"nodes":})"}), body) {
    BOOST_TEST((http::read_node_count(body).error().code == errc::malformed_json));
}

BOOST_AUTO_TEST_SUITE_END()
