// Every command over a real socket: what is sent, and to the letter what comes back.
#include "async/system_clock.hpp"
#include "cluster/cluster.hpp"
#include "support/engine.hpp"
#include "support/http_fixture.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>
#include <string>

namespace memstore {
namespace {

namespace bdata = boost::unit_test::data;
using test::execute_request;

/// A store behind a server, with some keys in it: `n` is 5 and was written first, as version 2,
/// then `text` and `bytes` as version 3.
struct store_server {
    store_server() {
        send(R"({"commands":[{"cmd_type":"set","key":"n","value":"5"}]})");
        send(
            R"({"encoding":"base64","commands":[{"cmd_type":"set","key":"dGV4dA==","value":"YWJj"},)"
            R"({"cmd_type":"set","key":"Ynl0ZXM=","value":"/w=="}]})"
        );
    }
    test::wire_answer send(const std::string& body) { return client.ask(execute_request(body)); }

    test::running_io io{1};
    async::system_clock clock;
    std::vector<boost::asio::any_io_executor> executors = io.executors();
    cluster::cluster engine{{.nodes = 4, .partitions = 31}, {}, clock, executors};
    test::running_server server{engine};
    test::raw_client client{server.port()};
};

struct command_exchange {
    std::string commands;
    int status;
    std::string body;
};

std::ostream& operator<<(std::ostream& out, const command_exchange& one) {
    return out << one.commands;
}

const command_exchange command_exchanges[] = {
    {R"({"cmd_type":"get","key":"n"},{"cmd_type":"GET","key":"none"})",
     200,
     R"({"results":["5",null]})"},
    {R"({"cmd_type":"get","key":"bytes"})", 200, R"({"results":[{"base64":"/w=="}]})"},
    {R"({"cmd_type":"set","key":"k","value":"v"},{"cmd_type":"set","key":"k"})",
     200,
     R"({"results":["v",""]})"},
    {R"({"cmd_type":"del","key":"n"},{"cmd_type":"del","key":"n"},{"cmd_type":"get","key":"n"})",
     200,
     R"({"results":[true,false,null]})"},
    {R"({"cmd_type":"exists","key":"n"},{"cmd_type":"exists","key":"none"})",
     200,
     R"({"results":[true,false]})"},
    {R"({"cmd_type":"incr","key":"n"},{"cmd_type":"incr","key":"n","by":-10},{"cmd_type":"get","key":"n"})",
     200,
     R"({"results":[6,-4,"-4"]})"},
    {R"({"cmd_type":"incr","key":"text"})",
     422,
     R"({"error":"the stored value is not a 64-bit integer","code":"not_an_integer","command":0,"key":"text"})"},
    {R"({"cmd_type":"incr","key":"n","by":9223372036854775803})",
     422,
     R"({"error":"the sum is no 64-bit integer","code":"overflow","command":0,"key":"n"})"},
    {R"({"cmd_type":"incr","key":"n","by":-6,"min":0})",
     409,
     R"({"error":"check failed","code":"check_failed","failed":[{"command":0,"key":"n",)"
     R"("expected":{"min":0},"actual":{"value":"5","version":2}}]})"},
    {R"({"cmd_type":"append","key":"text","value":"def"},{"cmd_type":"get","key":"text"})",
     200,
     R"({"results":[6,"abcdef"]})"},
    {R"({"cmd_type":"entry","key":"n"},{"cmd_type":"entry","key":"none"})",
     200,
     R"({"results":[{"value":"5","version":2,"ttl_ms":null},null]})"},
    {R"({"cmd_type":"set","key":"k","value":"v"},{"cmd_type":"entry","key":"k"})",
     200,
     R"({"results":["v",{"value":"v","version":4,"ttl_ms":null}]})"},
    {R"({"cmd_type":"expire","key":"n","ttl_ms":100000},{"cmd_type":"persist","key":"n"},{"cmd_type":"persist","key":"n"},{"cmd_type":"expire","key":"none","ttl_ms":1}
)",
     200,
     R"({"results":[true,true,false,false]})"},
    {R"({"cmd_type":"check","key":"n","value":"5"},{"cmd_type":"check","key":"n","version":2},{"cmd_type":"check","key":"none","version":0},{"cmd_type":"check","key":"n","min":5,"max":5})",
     200,
     R"({"results":[true,true,true,true]})"},
    {R"({"cmd_type":"set","key":"k","value":"v"},{"cmd_type":"check","key":"none","exists":true},{"cmd_type":"check","key":"text","value":"x"})",
     409,
     R"({"error":"check failed","code":"check_failed","failed":[)"
     R"({"command":1,"key":"none","expected":{"exists":true},"actual":null},)"
     R"({"command":2,"key":"text","expected":{"value":"x"},"actual":{"value":"abc","version":3}}]})"},
    {R"({"cmd_type":"scan","prefix":""})",
     200,
     R"({"results":[{"entries":[{"key":"bytes","value":{"base64":"/w=="},"version":3},)"
     R"({"key":"n","value":"5","version":2},{"key":"text","value":"abc","version":3}],"next":null}]})"},
    {R"({"cmd_type":"scan","start":"a","limit":1,"after":"bytes","keys_only":true})",
     200,
     R"({"results":[{"entries":[{"key":"n","version":2}],"next":"n"}]})"},
    {R"({"cmd_type":"set","key":"nn","value":"1"},{"cmd_type":"count","prefix":"n"},{"cmd_type":"delrange","prefix":"n"},{"cmd_type":"scan","prefix":"n"})",
     200,
     R"({"results":["1",2,2,{"entries":[],"next":null}]})"},
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(http_commands, store_server)

BOOST_DATA_TEST_CASE(is_answered_to_the_letter, bdata::make(command_exchanges)) {
    const auto answer = send("{\"commands\":[" + sample.commands + "]}");
    BOOST_TEST(answer.status == sample.status);
    BOOST_TEST(answer.body == sample.body);
    BOOST_TEST(!answer.field("memstore-version").empty());
    if (sample.status == 200) return;
    const auto after = send(
        R"({"commands":[{"cmd_type":"get","key":"n"},{"cmd_type":"get","key":"text"},{"cmd_type":"get","key":"k"}]})"
    );
    BOOST_TEST(after.body == R"({"results":["5","abc",null]})");
    BOOST_TEST(after.field("memstore-version") == "3");
}

BOOST_AUTO_TEST_CASE(branches_answer_which_ran) {
    const std::string lock =
        R"({"if":[{"cmd_type":"check","key":"lock","exists":false}],)"
        R"("then":[{"cmd_type":"set","key":"lock","value":"me","ttl_ms":60000}],)"
        R"("else":[{"cmd_type":"get","key":"lock"}]})";
    BOOST_TEST(send(lock).body == R"({"succeeded":true,"results":["me"]})");
    const auto second = send(lock);
    BOOST_TEST(second.status == 200);
    BOOST_TEST(second.body == R"({"succeeded":false,"results":["me"]})");
    const auto failing = send(
        R"({"if":[],"then":[{"cmd_type":"get","key":"n"},{"cmd_type":"check","key":"n","exists":false}]})"
    );
    BOOST_TEST(failing.status == 409);
    BOOST_TEST(
        failing.body.find(R"("failed":[{"command":1,"branch":"then","key":"n")") !=
        std::string::npos
    );
}

BOOST_AUTO_TEST_CASE(a_dry_run_answers_as_if_and_changes_nothing) {
    const auto dry = send(
        R"({"dry_run":true,"commands":[{"cmd_type":"incr","key":"n"},{"cmd_type":"entry","key":"n"}]})"
    );
    BOOST_TEST(dry.body == R"({"results":[6,{"value":"6","version":4,"ttl_ms":null}]})");
    BOOST_TEST(dry.field("memstore-version") == "3");
    BOOST_TEST(
        send(R"({"commands":[{"cmd_type":"get","key":"n"}]})").body == R"({"results":["5"]})"
    );
}

BOOST_AUTO_TEST_CASE(failures_speak_base64_where_values_do) {
    const auto failed = send(
        R"({"encoding":"base64","commands":[{"cmd_type":"check","key":"Ynl0ZXM=","value":"YQ=="}]})"
    );
    BOOST_TEST(
        failed.body ==
        R"({"error":"check failed","code":"check_failed","failed":[{"command":0,"key":"Ynl0ZXM=",)"
        R"("expected":{"value":"YQ=="},"actual":{"value":"/w==","version":3}}]})"
    );
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace memstore
