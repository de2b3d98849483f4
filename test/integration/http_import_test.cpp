// POST /v1/import over a real socket, on a store and on an engine that takes its time.
#include "cluster/cluster.hpp"
#include "support/engine.hpp"
#include "support/fake_clock.hpp"
#include "support/http_fixture.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>
#include <string>
#include <utility>

namespace memstore {
namespace {

namespace bdata = boost::unit_test::data;
using test::execute_request;

const test::posting to_import{"/v1/import"};

std::string line(const std::string& key, const std::string& value, const std::string& more = {}) {
    return R"({"key":")" + key + R"(","value":")" + value + "\"" + more + "}\n";
}

/// Entries of 4-digit keys from 0 on.
std::string lines(int count) {
    std::string all;
    for (int i = 0; i < count; ++i) all += line(std::to_string(1000 + i), "v");
    return all;
}

std::string end_line(int count) {
    return R"({"end":true,"count":)" + std::to_string(count) + "}\n";
}

std::string imported(int count) { return R"({"imported":)" + std::to_string(count) + "}"; }

struct import_server {
    explicit import_server(http::settings options = {}) : server(engine, std::move(options)) {}

    test::wire_answer import(const std::string& body) { return client.ask(to_import.sized(body)); }
    /// Over a connection of its own: a refusal may have ended the other.
    std::string results(const std::string& commands) {
        test::raw_client fresh{server.port()};
        return fresh.ask(execute_request(R"({"commands":[)" + commands + "]}")).body;
    }
    std::string get(const std::string& key) {
        return results(R"({"cmd_type":"get","key":")" + key + R"("})");
    }
    std::string count() { return results(R"({"cmd_type":"count","prefix":""})"); }

    test::running_io io{1};
    test::fake_clock clock;
    std::vector<boost::asio::any_io_executor> executors = io.executors();
    cluster::cluster engine{{.nodes = 4, .partitions = 31}, {}, clock, executors};
    test::running_server server;
    test::raw_client client{server.port()};
};

struct fault {
    std::string body;
    std::string answer;
};

std::ostream& operator<<(std::ostream& out, const fault& one) { return out << one.answer; }

const fault faults[] = {
    {"no json\n",
     R"({"error":"syntax error, at byte 0","code":"malformed_json","line":1,"imported":0})"},
    {line("a", "1") + "\n" + line("b", "2") + R"({"key":"c"})",
     R"({"error":"\"value\" is missing","code":"bad_argument","line":4,"imported":2})"},
    {lines(1200) + "{}\n" + lines(10),
     R"({"error":"\"key\" is missing","code":"bad_argument","line":1201,"imported":1200})"},
    {lines(500) + "{}\n",
     R"({"error":"\"key\" is missing","code":"bad_argument","line":501,"imported":500})"},
    {lines(3) + end_line(4),
     R"({"error":"\"count\" is 4, but 3 keys came before it","code":"bad_argument","line":4,"imported":3})"},
    {lines(3) + end_line(3) + lines(1),
     R"({"error":"there is more after the last line","code":"bad_argument","line":5,"imported":3})"},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(http_import)

BOOST_FIXTURE_TEST_CASE(applies_each_line_and_counts_them, import_server) {
    const auto answer = import(
        line("a", "1") + line("a", "2", R"(,"version":17)") + "\r\n" +
        R"({"value":{"base64":"/w=="},"key":{"base64":"YQA="}})" + "\n" + end_line(3) + "\n"
    );
    BOOST_TEST(answer.status == 200);
    BOOST_TEST(answer.body == imported(3));
    BOOST_TEST(answer.field("memstore-version") == "2");
    BOOST_TEST(get("a") == R"({"results":["2"]})");
    BOOST_TEST(get("a\\u0000") == R"({"results":[{"base64":"/w=="}]})");
    BOOST_TEST(import("").body == imported(0));
    BOOST_TEST(import(line("b", "")).body == imported(1));
    BOOST_TEST(import(R"({"key":"c","value":"no line feed"})").body == imported(1));
    BOOST_TEST(count() == R"({"results":[4]})");
}

BOOST_FIXTURE_TEST_CASE(keeps_deadlines_as_they_are, import_server) {
    clock.advance(std::chrono::milliseconds{1000} - clock.now().time_since_epoch());
    results(
        R"({"cmd_type":"set","key":"past","value":"x"},{"cmd_type":"set","key":"kept","value":"x"})"
    );
    const auto answer = import(
        line("later", "1", R"(,"expires_at_ms":1250)") +
        line("past", "1", R"(,"expires_at_ms":1000)") + line("never", "1") +
        line("far", "1", R"(,"expires_at_ms":9223372036854775806)")
    );
    BOOST_TEST(answer.body == imported(4));
    BOOST_TEST(
        results(R"({"cmd_type":"entry","key":"later"})") ==
        R"({"results":[{"value":"1","version":3,"ttl_ms":250}]})"
    );
    BOOST_TEST(
        results(R"({"cmd_type":"entry","key":"never"})") ==
        R"({"results":[{"value":"1","version":3,"ttl_ms":null}]})"
    );
    BOOST_TEST(get("past") == R"({"results":[null]})");
    BOOST_TEST(get("kept") == R"({"results":["x"]})");
    BOOST_TEST(get("far") == R"({"results":["1"]})");
    clock.advance(std::chrono::milliseconds{250});
    BOOST_TEST(get("later") == R"({"results":[null]})");
}

BOOST_DATA_TEST_CASE(ends_at_a_line_that_is_bad_with_those_before_it, bdata::make(faults)) {
    import_server under;
    const auto answer = under.import(sample.body);
    BOOST_TEST(answer.status == 400);
    BOOST_TEST(answer.body == sample.answer);
    const auto before = sample.answer.substr(sample.answer.rfind(':') + 1);
    BOOST_TEST(under.count() == R"({"results":[)" + before.substr(0, before.size() - 1) + "]}");
}

BOOST_AUTO_TEST_CASE(how_a_body_came_changes_nothing) {
    const std::string body = lines(1234) + line("long", std::string(300'000, 'x')) +
                             line("last", R"(\u00e9)") + end_line(1236);
    const std::string scan = R"({"cmd_type":"scan","prefix":"","limit":10000})";
    std::string expected;
    for (const std::string& request :
         {to_import.sized(body),
          to_import.chunked(body, 1000),
          to_import.chunked(body, 7),
          to_import.chunked(body, 100'000)}) {
        import_server under;
        BOOST_TEST(under.client.ask(request).body == imported(1236));
        const std::string found = under.results(scan);
        if (expected.empty()) expected = found;
        BOOST_TEST((found == expected));
        BOOST_TEST(found.find(R"("key":"1499","value":"v","version":2})") != std::string::npos);
        BOOST_TEST(found.find(R"("key":"1500","value":"v","version":3})") != std::string::npos);
        BOOST_TEST(found.find(R"("key":"last","value":"é","version":5})") != std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(limits_body_does_not_hold_for_it) {
    import_server under{{.limits = {.body_bytes = 1000}}};
    BOOST_TEST(under.import(lines(5000)).body == imported(5000));
    BOOST_TEST(under.import(line("k", std::string(100'000, 'v'))).body == imported(1));
}

BOOST_AUTO_TEST_CASE(a_long_line_counts_among_all_that_comes_in) {
    import_server under{{.buffered_bytes_max = 1'000'000}};
    test::raw_client other{under.server.port()};
    // More than the system keeps in between, so that the server has some of it when this returns.
    other.send(to_import.head("Content-Length: 90000000\r\n") + std::string(14'000'000, ' '));
    under.client.try_send(
        to_import.head("Content-Length: 90000000\r\n") + std::string(1'000'000, ' ')
    );
    const auto refused = under.client.read();
    BOOST_TEST(refused.status == 503);
    BOOST_TEST(refused.body.find("limits.buffered") != std::string::npos);
    other.finish_sending();
    BOOST_TEST(other.read().status == 400);
}

BOOST_FIXTURE_TEST_CASE(takes_no_parameters, import_server) {
    const auto answer =
        client.ask("POST /v1/import?dry_run=true HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
    BOOST_TEST(answer.status == 400);
    BOOST_TEST(answer.body.find("dry_run") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(waits_for_the_engine_batch_by_batch) {
    test::stub_service engine{test::stub_service::way::when_told};
    test::running_server server{engine};
    test::raw_client client{server.port()};
    client.send(to_import.sized(lines(1001)));
    engine.wait_for_queue(1);
    BOOST_TEST(engine.executed() == 0U);
    engine.release();
    BOOST_TEST(client.read().body == imported(1001));
    BOOST_TEST(engine.executed() == 3U);
    BOOST_TEST(client.ask(to_import.chunked(lines(1000), 999)).body == imported(1000));
    BOOST_TEST(engine.executed() == 5U);
    BOOST_TEST(
        client.ask(to_import.sized(lines(1) + "{}")).body.find(R"("imported":1})") !=
        std::string::npos
    );
}

BOOST_AUTO_TEST_CASE(an_engine_that_refuses_ends_it) {
    test::stub_service engine{test::stub_service::way::refused};
    test::running_server server{engine};
    test::raw_client client{server.port()};
    const auto answer = client.ask(to_import.sized(lines(3)));
    BOOST_TEST(answer.status == 503);
    BOOST_TEST(
        answer.body == R"({"error":"the stub has no time","code":"overloaded","imported":0})"
    );
    BOOST_TEST(client.ask(to_import.sized(lines(3) + "{}")).status == 503);
}

BOOST_FIXTURE_TEST_CASE(a_client_that_goes_amid_it_leaves_whole_batches, import_server) {
    {
        test::raw_client going{server.port()};
        going.send(to_import.head("Content-Length: 1000000\r\n") + lines(1700));
        going.finish_sending();
        BOOST_TEST(going.read().status == 400);
    }
    BOOST_TEST(count() == R"({"results":[1500]})");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace memstore
