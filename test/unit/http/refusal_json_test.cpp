#include "http/refusal_json.hpp"

#include <boost/json.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>
#include <string>
#include <string_view>

namespace memstore::http {
namespace {

namespace bdata = boost::unit_test::data;

struct sample_error {
    refusal refused;
    std::string_view body;
};

std::ostream& operator<<(std::ostream& out, const sample_error& sample) {
    return out << sample.body;
}

const sample_error error_samples[] = {
    {{errc::empty_request, "empty request"}, R"({"error":"empty request"})"},
    {{errc::unknown_command, "unknown command", 3}, R"({"error":"unknown command"})"},
    {{errc::malformed_json, "could not bind request: syntax error, at byte 7"},
     R"({"error":"could not bind request: syntax error, at byte 7"})"},
    {{errc::malformed_json,
      "could not bind request: deep",
      {},
      limit_violation{32, 33, "limits.json-depth"}},
     R"({"error":"could not bind request: deep","limit":32,"actual":33,"option":"limits.json-depth"})"},
    {{errc::bad_argument, "unknown member \"dryrun\""},
     R"({"error":"unknown member \"dryrun\"","code":"bad_argument"})"},
    {{errc::bad_argument, "\"key\" is missing", 0},
     R"({"error":"\"key\" is missing","code":"bad_argument","command":0})"},
    {{errc::bad_argument, "long", 2, limit_violation{65536, 65537, {}}},
     R"({"error":"long","code":"bad_argument","command":2,"limit":65536,"actual":65537})"},
    {{errc::too_many_commands, "many", {}, limit_violation{3, 5, "limits.commands"}},
     R"({"error":"many","code":"too_many_commands","limit":3,"actual":5,"option":"limits.commands"})"},
    {{errc::overloaded, "line\nbreak"}, R"({"error":"line\nbreak","code":"overloaded"})"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(refusal_json)

BOOST_AUTO_TEST_CASE(of_an_import_tells_how_far_it_came) {
    std::string body;
    append_error(body, {errc::malformed_json, "syntax error"}, {2, 3});
    BOOST_TEST(body == R"({"error":"syntax error","code":"malformed_json","line":3,"imported":2})");
    body.clear();
    const limit_violation violated{3, 4, "limits.body"};
    append_error(body, {errc::overloaded, "no time", {}, violated}, {500, {}});
    BOOST_TEST(
        body ==
        R"({"error":"no time","code":"overloaded","limit":3,"actual":4,"option":"limits.body","imported":500})"
    );
}

BOOST_DATA_TEST_CASE(writes_the_body_of_a_refusal, bdata::make(error_samples)) {
    std::string out;
    append_error(out, sample.refused);
    BOOST_TEST(out == sample.body);
    BOOST_TEST(boost::json::parse(out).at("error").as_string() == sample.refused.what);
}

BOOST_AUTO_TEST_CASE(writes_the_errors_of_a_protocol) {
    std::string out = "before ";
    append_error(out, "no such route: /\"x\"", "not_found");
    BOOST_TEST(out == R"(before {"error":"no such route: /\"x\"","code":"not_found"})");
}

BOOST_AUTO_TEST_CASE(writes_the_limit_that_a_protocol_sets) {
    std::string out;
    append_error(out, "body too large", "body_too_large", limit_violation{16, 17, "limits.body"});
    BOOST_TEST(
        out ==
        R"({"error":"body too large","code":"body_too_large","limit":16,"actual":17,"option":"limits.body"})"
    );
}

BOOST_AUTO_TEST_CASE(adds_from_where_to_where_a_history_reaches) {
    std::string out;
    append_error(out, "too late", "version_gone");
    append_held_versions(out, 17, 18'446'744'073'709'551'615U);
    BOOST_TEST(
        out ==
        R"({"error":"too late","code":"version_gone","oldest":17,"latest":18446744073709551615})"
    );
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace memstore::http
