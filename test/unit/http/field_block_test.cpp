#include "http/field_block.hpp"

#include <boost/test/unit_test.hpp>

namespace memstore::http {
namespace {

const field_block fields{
    "Host: a\r\nIf-Match: \"1\"\r\nX:\r\nIF-MATCH:\t\"2\", \"3\" \r\nX-Y: z\r\nHost-Other: b\r\n"};

BOOST_AUTO_TEST_SUITE(field_block_)

BOOST_AUTO_TEST_CASE(the_first_of_a_name_is_found_in_whatever_case) {
    BOOST_TEST(fields.find("host").value() == "a");
    BOOST_TEST(fields.find("HOST-OTHER").value() == "b");
    BOOST_TEST(fields.find("if-match").value() == "\"1\"");
    BOOST_TEST(fields.find("x").value() == "");
    BOOST_TEST(fields.find("x-y").value() == "z");
    BOOST_TEST(fields.contains("X"));
}

BOOST_AUTO_TEST_CASE(no_other_is) {
    for (const char* name : {"", "Hos", "ost", "a", "X-", "Host: a", "\"1\""}) {
        BOOST_TEST(!fields.contains(name));
        BOOST_TEST(!fields.list(name));
    }
    BOOST_TEST(!field_block{}.find("Host"));
}

BOOST_AUTO_TEST_CASE(several_are_one_list) {
    BOOST_TEST(fields.list("If-Match").value() == "\"1\", \"2\", \"3\"");
    BOOST_TEST(fields.list("Host").value() == "a");
    BOOST_TEST(fields.list("X").value() == "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace memstore::http
