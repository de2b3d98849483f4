#include "client/url.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>
#include <string>

using namespace memstore;
namespace bdata = boost::unit_test::data;

namespace {

struct sample_url {
    const char* text;
    client::url means;
    const char* authority;
};
std::ostream& operator<<(std::ostream& out, const sample_url& one) { return out << one.text; }

const sample_url good[] = {
    {"http://localhost", {false, "localhost", "80", ""}, "localhost"},
    {"http://localhost:8080", {false, "localhost", "8080", ""}, "localhost:8080"},
    {"https://store.example/", {true, "store.example", "443", ""}, "store.example"},
    {"https://store.example:80", {true, "store.example", "80", ""}, "store.example:80"},
    {"http://[::1]:9000/a/b/", {false, "::1", "9000", "/a/b"}, "[::1]:9000"},
    {"http://[::1]", {false, "::1", "80", ""}, "[::1]"},
};

const char* const bad[] = {
    "",
    "localhost:8080",
    "ftp://localhost",
    "http://",
    "http://:80",
    "http://localhost:",
    "http://localhost:0",
    "http://localhost:65536",
    "http://localhost:80x",
    "http://[::1",
    "http://[::1]80",
    "http://me@localhost",
    "http://localhost/?a=b",
    "http://localhost/#a",
    "http://local host",
    "http://localhost/\r\nHost: other",
};

}  // namespace

BOOST_AUTO_TEST_SUITE(url)

BOOST_DATA_TEST_CASE(a_url_names_a_server, bdata::make(good)) {
    const auto found = client::parse_url(sample.text);
    BOOST_REQUIRE(found.has_value());
    BOOST_TEST((*found == sample.means));
    BOOST_TEST(found->authority() == sample.authority);
    BOOST_TEST((*client::parse_url(found->text()) == sample.means));
}

BOOST_DATA_TEST_CASE(what_is_none_is_refused, bdata::make(bad)) {
    BOOST_TEST(client::parse_url(sample).has_error());
}

BOOST_AUTO_TEST_CASE(bytes_are_percent_encoded) {
    BOOST_TEST(client::percent_encoded("aZ09-._~") == "aZ09-._~");
    BOOST_TEST(client::percent_encoded("a/b c+%") == "a%2Fb%20c%2B%25");
    BOOST_TEST(client::percent_encoded(std::string{"\0\xff", 2}) == "%00%FF");
}

BOOST_AUTO_TEST_SUITE_END()
