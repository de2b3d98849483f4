#include "async/system_clock.hpp"
#include "cluster/cluster.hpp"
#include "support/http_fixture.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <chrono>
#include <ostream>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace memstore {
namespace {

namespace bdata = boost::unit_test::data;
namespace json = boost::json;
using test::execute_request;
using test::get_json;
using test::stub_service;

std::string to(const std::string& path, const std::string& body) {
    return test::posting{path}.sized(body);
}

std::string execute_in_chunks(const std::string& chunks) {
    return "POST /v1/execute HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: Chunked\r\n\r\n" +
           chunks;
}

std::string chunk(const std::string& data, const std::string& extension = {}) {
    std::array<char, 20> size{};
    std::snprintf(size.data(), size.size(), "%zX", data.size());
    return size.data() + extension + "\r\n" + data + "\r\n";
}

std::string set_json(const std::string& value) {
    return R"({"commands":[{"cmd_type":"set","key":"k","value":")" + value + R"("}]})";
}

struct bad_chunks {
    const char* name;
    std::string bytes;
};
std::ostream& operator<<(std::ostream& out, const bad_chunks& one) { return out << one.name; }

const bad_chunks no_chunks[] = {
    {"no size", "\r\nx\r\n0\r\n\r\n"},
    {"no number", "zz\r\nx\r\n0\r\n\r\n"},
    {"prefixed size", "0x2\r\n{}\r\n0\r\n\r\n"},
    {"signed size", "+2\r\n{}\r\n0\r\n\r\n"},
    {"size past 64 bits", "10000000000000002\r\n{}\r\n0\r\n\r\n"},
    {"bare line feed", "2\n{}\r\n0\r\n\r\n"},
    {"data longer than its size", "2\r\n{ }\r\n0\r\n\r\n"},
    {"line feed in an extension", "2;a=\"\n\"\r\n{}\r\n0\r\n\r\n"},
    {"line feed in the last extension", "2\r\n{}\r\n0;a=\"\n\"\r\n\r\n"},
    {"bad trailer", "2\r\n{}\r\n0\r\nno field\r\n\r\n"},
    {"a length in the trailer", "2\r\n{}\r\n0\r\nContent-Length: 2\r\n\r\n"},
};

BOOST_AUTO_TEST_SUITE(http_execute)

BOOST_AUTO_TEST_CASE(a_transaction_is_answered_with_results_and_version) {
    test::plain_server under;
    const auto answer = under.client.ask(execute_request(
        R"({"commands":[{"cmd_type":"SET","key":"foo","value":"bar"},{"cmd_type":"get","key":"absent"}]})"
    ));
    BOOST_TEST(answer.status == 200);
    BOOST_TEST(answer.body == R"({"results":["bar",null]})");
    BOOST_TEST(answer.field("memstore-version") == "1");
    BOOST_TEST(answer.field("content-type") == "application/json; charset=utf-8");
    BOOST_TEST(under.client.ask(execute_request(get_json("x"))).field("memstore-version") == "2");
}

BOOST_AUTO_TEST_CASE(errors_of_the_seed_are_as_it_documents_them) {
    test::plain_server under;
    BOOST_TEST(under.client.ask(execute_request("{}")).body == R"({"error":"empty request"})");
    const auto unknown = under.client.ask(execute_request(R"({"commands":[{"cmd_type":"fly"}]})"));
    BOOST_TEST(unknown.body == R"({"error":"unknown command"})");
}

BOOST_AUTO_TEST_CASE(a_dry_run_is_asked_for_in_the_query_or_the_body) {
    test::plain_server under;
    const auto dry = [&](const std::string& path, const std::string& body) {
        BOOST_TEST(under.client.ask(to(path, body)).status == 200);
        return under.engine.last_was_dry();
    };
    BOOST_TEST(dry("/v1/execute?dry_run=true", get_json("k")));
    BOOST_TEST(!dry("/v1/execute?dry_run=false", get_json("k")));
    BOOST_TEST(!dry("/v1/execute/?", get_json("k")));
    BOOST_TEST(dry("/v1/execute?&dry%5Frun=%74rue&", get_json("k")));
    BOOST_TEST(dry("/v1/execute?dry_run=false", R"({"dry_run":true,"commands":[]})"));
}

BOOST_AUTO_TEST_CASE(a_query_parameter_that_means_nothing_is_named) {
    test::plain_server under;
    for (const char* query :
         {"dryrun=true", "dry_run=yes", "dry_run", "dry_run=true&dry_run=true", "%22%ff=1"}) {
        const auto answer =
            under.client.ask(to(std::string{"/v1/execute?"} + query, get_json("k")));
        BOOST_TEST(answer.status == 400);
        BOOST_TEST(json::parse(answer.body).at("code").as_string() == "bad_argument");
    }
    const auto answer = under.client.ask(to("/v1/execute?dryrun=true", get_json("k")));
    BOOST_TEST(
        json::parse(answer.body).at("error").as_string() == "unknown query parameter \"dryrun\""
    );
    BOOST_TEST(under.engine.executed() == 0U);
}

BOOST_AUTO_TEST_CASE(a_transaction_that_has_to_queue_is_answered_when_it_ran) {
    stub_service engine{stub_service::way::by_another};
    test::running_server server{engine};
    test::raw_client client{server.port()};
    for (int i = 0; i < 200; ++i) {
        const std::string key = "key" + std::to_string(i);
        const auto answer = client.ask(execute_request(get_json(key)));
        BOOST_TEST(answer.status == 200);
        BOOST_TEST(answer.body == "{\"results\":[\"" + key + "\"]}");
    }
}

BOOST_AUTO_TEST_CASE(an_overloaded_engine_is_to_be_asked_again_later) {
    stub_service engine{stub_service::way::refused};
    test::running_server server{engine};
    test::raw_client client{server.port()};
    const auto answer = client.ask(execute_request(get_json("k")));
    BOOST_TEST(answer.status == 503);
    BOOST_TEST(answer.field("retry-after") == "1");
    BOOST_TEST(json::parse(answer.body).at("code").as_string() == "overloaded");
    BOOST_TEST(client.ask(test::get_request("/livez")).status == 200);
}

BOOST_AUTO_TEST_CASE(what_nobody_can_tell_is_not_answered) {
    stub_service engine{stub_service::way::lost};
    test::running_server server{engine};
    test::raw_client client{server.port()};
    client.send(test::get_request("/livez") + execute_request(get_json("k")));
    BOOST_TEST(client.read().body == "ok", "what came before it is");
    BOOST_TEST(client.at_end());
}

BOOST_AUTO_TEST_CASE(a_server_that_starts_answers_nothing_but_that) {
    test::plain_server under;
    under.server.server().ready().set_starting("recovering: 42 %");
    const auto refused = under.client.ask(execute_request(get_json("k")));
    BOOST_TEST(refused.status == 503);
    BOOST_TEST(refused.field("retry-after") == "1");
    BOOST_TEST(json::parse(refused.body).at("code").as_string() == "starting");
    BOOST_TEST(under.client.ask(test::get_request("/nowhere")).status == 404);
    BOOST_TEST(under.client.ask(test::get_request("/livez")).status == 200);
    const auto ready = under.client.ask(test::get_request("/readyz"));
    BOOST_TEST(ready.status == 503);
    BOOST_TEST(ready.body == "recovering: 42 %");
    BOOST_TEST(under.engine.executed() == 0U);

    under.server.server().ready().set_limited("read-only: no space");
    BOOST_TEST(under.client.ask(test::get_request("/readyz")).body == "read-only: no space");
    BOOST_TEST(under.client.ask(execute_request(get_json("k"))).status == 200);
    under.server.server().ready().set_ready();
    BOOST_TEST(under.client.ask(test::get_request("/readyz")).body == "ok");
}

BOOST_AUTO_TEST_CASE(a_body_may_come_in_chunks) {
    test::plain_server under;
    const std::string body = set_json("value");
    const auto in_two = chunk(body.substr(0, 7)) + chunk(body.substr(7)) + "0\r\n\r\n";
    const auto extended = chunk(body.substr(0, 1), ";a;b=c;d=\"e f\"") +
                          chunk(body.substr(1), " ;g") +
                          "0;last\r\nHost: other\r\nConnection: close\r\nX: y\r\n\r\n";
    for (const std::string& chunks : {in_two, extended}) {
        BOOST_TEST(under.client.ask(execute_in_chunks(chunks)).body == R"({"results":["value"]})");
        under.client.send_bytewise(execute_in_chunks(chunks));
        BOOST_TEST(under.client.read().body == R"({"results":["value"]})");
    }
    under.client.send_bytewise(execute_in_chunks("0\r\n\r\n"));
    BOOST_TEST(under.client.read().body == R"({"error":"empty request"})");
    BOOST_TEST(under.client.ask(execute_request(get_json("k"))).status == 200);
}

BOOST_DATA_TEST_CASE(chunks_that_are_none_end_the_connection, bdata::make(no_chunks)) {
    test::plain_server under;
    const auto answer = under.client.ask(execute_in_chunks(sample.bytes));
    BOOST_TEST(answer.status == 400);
    BOOST_TEST(answer.field("connection") == "close");
    BOOST_TEST(under.client.at_end());
}

BOOST_AUTO_TEST_CASE(large_bodies_go_both_ways) {
    test::plain_server under;
    const std::string value(8 * 1024 * 1024, 'v');
    for (int round = 0; round < 2; ++round) {
        const auto answer = under.client.ask(execute_request(set_json(value)));
        BOOST_TEST(answer.status == 200);
        BOOST_TEST((answer.body == "{\"results\":[\"" + value + "\"]}"));
        BOOST_TEST(
            under.client.ask(execute_request(get_json("small"))).body == R"({"results":["small"]})"
        );
    }
    std::string chunks;
    const std::string body = set_json(value);
    for (std::size_t at = 0; at < body.size(); at += 100'000)
        chunks += chunk(body.substr(at, 100'000));
    const auto answer = under.client.ask(execute_in_chunks(chunks + "0\r\n\r\n"));
    BOOST_TEST((answer.body == "{\"results\":[\"" + value + "\"]}"));
}

/// Long bodies are written from where they are, in pieces where the client takes its time.
BOOST_AUTO_TEST_CASE(long_and_short_answers_stay_in_order) {
    for (const auto way : {stub_service::way::in_place, stub_service::way::by_another}) {
        stub_service engine{way};
        test::running_server server{engine};
        test::raw_client client{server.port()};
        client.socket().set_option(boost::asio::socket_base::receive_buffer_size{65'536});
        std::string requests;
        std::vector<std::string> values;
        for (const std::size_t bytes :
             {1U, 16'000U, 16'384U, 3U, 6'000'000U, 20'000U, 2U, 60'000U}) {
            values.push_back(std::string(bytes, static_cast<char>('a' + values.size())));
            requests += execute_request(set_json(values.back()));
        }
        const std::jthread sender{[&] { client.send(requests); }};
        std::this_thread::sleep_for(std::chrono::milliseconds{50});
        for (const std::string& value : values) {
            BOOST_TEST((client.read().body == "{\"results\":[\"" + value + "\"]}"));
        }
    }
}

BOOST_AUTO_TEST_CASE(pipelined_requests_are_answered_in_order) {
    for (const auto way : {stub_service::way::in_place, stub_service::way::by_another}) {
        stub_service engine{way};
        test::running_server server{engine};
        test::raw_client client{server.port()};
        std::mt19937 random{7};
        std::string requests;
        std::vector<std::pair<int, std::string>> expected;
        for (int i = 0; i < 1000; ++i) {
            const std::string key = "key" + std::to_string(i);
            switch (random() % 5) {
            case 0:
                requests += execute_request("{\"" + key);
                expected.emplace_back(400, "");
                break;
            case 1:
                requests += test::get_request("/" + key);
                expected.emplace_back(
                    404,
                    R"({"error":"no such route: /)" + key + R"(","code":"not_found"})"
                );
                break;
            case 2:
                requests += execute_in_chunks(chunk(get_json(key)) + "0\r\n\r\n");
                expected.emplace_back(200, "{\"results\":[\"" + key + "\"]}");
                break;
            default:
                requests += execute_request(get_json(key));
                expected.emplace_back(200, "{\"results\":[\"" + key + "\"]}");
            }
        }
        client.send(requests);
        for (const auto& [status, body] : expected) {
            const auto answer = client.read();
            BOOST_REQUIRE(answer.status == status);
            if (!body.empty()) BOOST_REQUIRE(answer.body == body);
        }
    }
}

BOOST_AUTO_TEST_CASE(the_engine_keeps_what_was_set) {
    boost::asio::io_context io;
    const std::array<boost::asio::any_io_executor, 1> executors{io.get_executor()};
    const async::system_clock clock;
    cluster::cluster engine{{}, {}, clock, executors};
    test::running_server server{engine};
    test::raw_client writer{server.port()};
    test::raw_client reader{server.port()};
    BOOST_TEST(
        writer.ask(execute_request(set_json("v\\u00e9"))).body == "{\"results\":[\"v\xc3\xa9\"]}"
    );
    const auto read = reader.ask(execute_request(get_json("k")));
    BOOST_TEST(read.body == "{\"results\":[\"v\xc3\xa9\"]}");
    BOOST_TEST(!read.field("memstore-version").empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace memstore
