#include "support/http_fixture.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

namespace memstore {
namespace {

namespace bdata = boost::unit_test::data;
namespace json = boost::json;
using namespace std::chrono_literals;
using test::execute_request;
using test::get_json;
using test::get_request;

constexpr std::size_t mib = 1'048'576;

http::settings small_limits() {
    return {.limits = {.body_bytes = 1000, .header_bytes = 2000, .uri_bytes = 500}};
}

struct limited_server {
    test::stub_service engine;
    test::running_server server{engine, small_limits()};
    test::raw_client client{server.port()};
};

void expect_violation(
    const test::wire_answer& answer,
    int status,
    std::string_view code,
    std::int64_t limit,
    std::string_view option
) {
    BOOST_TEST(answer.status == status);
    BOOST_TEST(answer.field("connection") == "close");
    const json::value body = json::parse(answer.body);
    BOOST_TEST(body.at("code").as_string() == code);
    BOOST_TEST(body.at("limit").as_int64() == limit);
    BOOST_TEST(body.at("actual").as_int64() > limit);
    BOOST_TEST(body.at("option").as_string() == option);
}

/// A request whose header block has exactly as many bytes.
std::string request_with_header(std::size_t bytes) {
    const std::string bare = get_request("/livez", "X: \r\n");
    return get_request("/livez", "X: " + std::string(bytes - bare.size(), 'x') + "\r\n");
}

BOOST_AUTO_TEST_SUITE(http_limits)

BOOST_AUTO_TEST_CASE(a_body_may_be_as_long_as_the_limit) {
    limited_server under;
    std::string body = get_json("k");
    body.append(1000 - body.size(), ' ');
    BOOST_TEST(under.client.ask(execute_request(body)).status == 200);
    const auto answer = under.client.ask(execute_request(body + " "));
    expect_violation(answer, 413, "body_too_large", 1000, "limits.body");
    BOOST_TEST(under.client.at_end());
}

/// Begins to post a body of so many bytes, beyond limits.body.
std::string announcement(std::size_t body_bytes) {
    return "POST /v1/execute HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body_bytes) +
           "\r\n\r\n";
}

BOOST_AUTO_TEST_CASE(a_client_that_sends_all_before_it_reads_finds_the_refusal) {
    constexpr std::size_t pieces = 100;
    const std::string piece(mib, ' ');
    limited_server under;
    under.client.send(announcement(pieces * mib));
    for (std::size_t i = 0; i < pieces; ++i) under.client.send(piece);
    expect_violation(under.client.read(), 413, "body_too_large", 1000, "limits.body");
    BOOST_TEST(under.client.at_end());
}

BOOST_AUTO_TEST_CASE(a_client_that_never_ends_sending_is_left) {
    constexpr std::size_t pieces_max = 1000;
    const std::string piece(mib, ' ');
    limited_server under;
    under.client.send(announcement(pieces_max * mib));
    std::size_t sent = 0;
    while (sent < pieces_max && under.client.try_send(piece)) ++sent;
    BOOST_TEST(sent < 200U);
}

BOOST_AUTO_TEST_CASE(chunks_are_refused_before_they_are_read) {
    limited_server under;
    const auto answer = under.client.ask(
        "POST /v1/execute HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
        "3e8\r\n" +
        std::string(1000, ' ') + "\r\n1\r\n"
    );
    expect_violation(answer, 413, "body_too_large", 1000, "limits.body");
    BOOST_TEST(json::parse(answer.body).at("actual").as_int64() == 1001);
}

BOOST_AUTO_TEST_CASE(chunk_headers_and_trailers_are_bounded) {
    for (const std::string& chunks :
         {"1;" + std::string(5000, 'x'), "0\r\nX: " + std::string(5000, 'x')}) {
        limited_server under;
        const auto answer = under.client.ask(
            "POST /v1/execute HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks
        );
        expect_violation(answer, 431, "header_too_large", 2000, "limits.header");
    }
}

BOOST_AUTO_TEST_CASE(a_header_may_be_as_long_as_the_limit) {
    limited_server under;
    BOOST_TEST(under.client.ask(request_with_header(2000)).status == 200);
    under.client.send_bytewise(request_with_header(2000));
    BOOST_TEST(under.client.read().status == 200);
    expect_violation(
        under.client.ask(request_with_header(2001)),
        431,
        "header_too_large",
        2000,
        "limits.header"
    );
}

BOOST_AUTO_TEST_CASE(a_header_without_an_end_is_refused_at_the_limit) {
    limited_server under;
    const std::string request = request_with_header(5000);
    expect_violation(
        under.client.ask(request.substr(0, 2001)),
        431,
        "header_too_large",
        2000,
        "limits.header"
    );
}

BOOST_AUTO_TEST_CASE(a_target_may_be_as_long_as_the_limit) {
    limited_server under;
    const std::string longest = "/livez?" + std::string(500 - 7, 'q');
    BOOST_TEST(under.client.ask(get_request(longest)).status == 200);
    expect_violation(
        under.client.ask(get_request(longest + "q")),
        414,
        "uri_too_long",
        500,
        "limits.uri"
    );
}

BOOST_AUTO_TEST_CASE(a_request_line_without_an_end_is_refused_at_the_limit) {
    limited_server under;
    expect_violation(
        under.client.ask("GET /" + std::string(600, 'q')),
        414,
        "uri_too_long",
        500,
        "limits.uri"
    );
}

BOOST_AUTO_TEST_CASE(what_follows_does_not_count) {
    const std::string more(10'000, 'x');
    limited_server header;
    const auto too_large = header.client.ask(request_with_header(2001) + more);
    BOOST_TEST(json::parse(too_large.body).at("actual").as_int64() == 2001);
    limited_server target;
    const std::string request = get_request("/" + std::string(599, 'q'));
    const auto too_long = target.client.ask(request + more);
    const auto line = static_cast<std::int64_t>(request.find('\n') + 1);
    BOOST_TEST(json::parse(too_long.body).at("actual").as_int64() == line);
}

BOOST_AUTO_TEST_CASE(too_many_commands_are_refused_and_the_connection_goes_on) {
    test::stub_service engine;
    test::running_server server{engine, {.limits = {.commands = 2}}};
    test::raw_client client{server.port()};
    const std::string get = R"({"cmd_type":"get","key":"k"})";
    const auto answer =
        client.ask(execute_request("{\"commands\":[" + get + "," + get + "," + get + "]}"));
    BOOST_TEST(answer.status == 413);
    BOOST_TEST(json::parse(answer.body).at("option").as_string() == "limits.commands");
    BOOST_TEST(client.ask(execute_request(get_json("k"))).status == 200);
}

BOOST_AUTO_TEST_CASE(a_connection_too_many_is_told_so) {
    test::stub_service engine;
    test::running_server server{engine, {.connections_max = 2}};
    auto first = std::make_unique<test::raw_client>(server.port());
    test::raw_client second{server.port()};
    BOOST_TEST(first->ask(get_request("/livez")).status == 200);
    BOOST_TEST(second.ask(get_request("/livez")).status == 200);
    test::raw_client third{server.port()};
    const auto answer = third.ask(get_request("/livez"));
    expect_violation(answer, 503, "too_many_connections", 2, "limits.connections");
    BOOST_TEST(answer.field("retry-after") == "1");
    BOOST_TEST(third.at_end());
    first.reset();
    for (int status = 503;
         status != 200;) {  // the place is free as soon as the server has seen it go
        test::raw_client next{server.port()};
        status = next.ask(get_request("/livez")).status;
        BOOST_TEST((status == 200 || status == 503));
    }
}

/// The stranger is another address of this machine.
BOOST_AUTO_TEST_CASE(an_address_cannot_have_all_connections) {
    test::stub_service engine;
    test::running_server server{engine, {.connections_max = 100, .connections_per_address_max = 2}};
    auto first = std::make_unique<test::raw_client>(server.port());
    test::raw_client second{server.port()};
    BOOST_TEST(first->ask(get_request("/livez")).status == 200);
    BOOST_TEST(second.ask(get_request("/livez")).status == 200);
    test::raw_client third{server.port()};
    const auto answer = third.ask(get_request("/livez"));
    expect_violation(
        answer,
        503,
        "too_many_connections_per_address",
        2,
        "limits.connections-per-address"
    );
    BOOST_TEST(answer.field("retry-after") == "1");
    BOOST_TEST(third.at_end());
    test::raw_client stranger{server.port(), "127.0.0.2"};
    BOOST_TEST(stranger.ask(get_request("/livez")).status == 200);
    BOOST_TEST(server.server().figures().refusals["too_many_connections_per_address"] == 1U);
    first.reset();
    for (int status = 503; status != 200;) {
        test::raw_client next{server.port()};
        status = next.ask(get_request("/livez")).status;
        BOOST_TEST((status == 200 || status == 503));
    }
}

/// Those who are turned away of one address do not keep another's from being told why it is.
BOOST_AUTO_TEST_CASE(a_crowd_at_the_door_leaves_room_for_a_word_with_others) {
    constexpr std::size_t more_than_are_told = 400;
    test::stub_service engine;
    test::running_server server{
        engine,
        {.connections_max = 1, .connections_per_address_max = 1},
        {},
        1};
    test::raw_client first{server.port()};
    BOOST_TEST(first.ask(get_request("/livez")).status == 200);
    std::vector<std::unique_ptr<test::raw_client>> crowd;
    for (std::size_t i = 0; i < more_than_are_told; ++i) {
        crowd.push_back(std::make_unique<test::raw_client>(server.port()));
    }
    test::raw_client stranger{server.port(), "127.0.0.2"};
    const auto answer = stranger.ask(get_request("/livez"));
    expect_violation(answer, 503, "too_many_connections", 1, "limits.connections");
}

BOOST_AUTO_TEST_CASE(any_number_of_connections_may_be_of_one_address) {
    test::stub_service engine;
    test::running_server server{engine, {.connections_per_address_max = 0}};
    std::vector<std::unique_ptr<test::raw_client>> all;
    for (std::size_t i = 0; i < 50; ++i) {
        all.push_back(std::make_unique<test::raw_client>(server.port()));
        BOOST_TEST(all.back()->ask(get_request("/livez")).status == 200);
    }
}

std::string json_of(std::size_t bytes) {
    std::string json = get_json("k");
    json.append(bytes - json.size(), ' ');
    return json;
}

std::string chunked_request(const std::string& body) {
    std::ostringstream request;
    request << "POST /v1/execute HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
            << std::hex << body.size() << "\r\n"
            << body << "\r\n0\r\n\r\n";
    return request.str();
}

const std::string long_requests[] = {execute_request(json_of(mib)), chunked_request(json_of(mib))};

BOOST_DATA_TEST_CASE(long_bodies_share_a_limit, bdata::make(long_requests), request) {
    test::stub_service engine{test::stub_service::way::when_told};
    test::running_server server{engine, {.buffered_bytes_max = 1}};
    test::raw_client first{server.port()};
    first.send(request);
    engine.wait_for_queue(1);
    test::raw_client second{server.port()};
    const auto answer = second.ask(request);
    expect_violation(answer, 503, "overloaded", 1, "limits.buffered");
    BOOST_TEST(answer.field("retry-after") == "1");
    BOOST_TEST(second.at_end());
    engine.release();
    BOOST_TEST(first.read().status == 200);
    // The first gave back all when it was answered, though it stays.
    test::raw_client third{server.port()};
    BOOST_TEST(third.ask(request).status == 200);
    BOOST_TEST(first.ask(request).status == 200);
}

std::string set_request(std::size_t bytes) {
    return execute_request(
        R"({"commands":[{"cmd_type":"set","key":"k","value":")" + std::string(bytes, 'v') +
        R"("}]})"
    );
}

/// One whose reader does not come keeps others from having as much, and no longer than it may.
BOOST_AUTO_TEST_CASE(long_answers_count_as_long_bodies_do) {
    constexpr std::size_t much = 12 * mib;  // more than the system keeps for a reader
    test::stub_service engine;
    test::running_server server{
        engine,
        {.request_timeout = 2s, .buffered_bytes_max = much + 3 * mib}};
    test::raw_client silent{server.port()};
    silent.send(set_request(much));
    BOOST_TEST(silent.readable_within(10s));
    test::raw_client other{server.port()};
    BOOST_TEST(other.ask(execute_request(get_json("k"))).status == 200);
    const auto refused = other.ask(set_request(2 * mib));
    BOOST_TEST(refused.status == 503);
    BOOST_TEST(refused.field("retry-after") == "1");
    const json::value why = json::parse(refused.body);
    BOOST_TEST(why.at("code").as_string() == "overloaded");
    BOOST_TEST(why.at("option").as_string() == "limits.buffered");
    BOOST_TEST(engine.executed() == 2U);
    // The silent one is given up, though the length of its answer would allow it minutes.
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    int status = 503;
    while (status == 503 && std::chrono::steady_clock::now() < deadline) {
        std::this_thread::sleep_for(100ms);
        status = test::raw_client{server.port()}.ask(set_request(2 * mib)).status;
    }
    BOOST_TEST(status == 200);
}

BOOST_AUTO_TEST_CASE(a_body_that_is_not_long_has_room_beside_long_ones) {
    test::stub_service engine{test::stub_service::way::when_told};
    test::running_server server{engine, {.buffered_bytes_max = 1}};
    test::raw_client first{server.port()};
    test::raw_client second{server.port()};
    first.send(execute_request(json_of(mib)));
    engine.wait_for_queue(1);
    second.send(execute_request(json_of(50'000)));
    engine.wait_for_queue(2);
    engine.release();
    BOOST_TEST(second.read().status == 200);
    BOOST_TEST(first.read().status == 200);
}

BOOST_AUTO_TEST_CASE(an_idle_client_is_left_without_a_word) {
    test::stub_service engine;
    test::running_server server{engine, {.idle_timeout = 200ms}};
    test::raw_client client{server.port()};
    BOOST_TEST(client.ask(get_request("/livez")).status == 200);
    const auto before = std::chrono::steady_clock::now();
    BOOST_TEST(client.at_end());
    BOOST_TEST((std::chrono::steady_clock::now() - before >= 200ms));
}

BOOST_AUTO_TEST_CASE(a_request_that_does_not_arrive_in_time_is_answered_with_408) {
    test::stub_service engine;
    test::running_server server{engine, {.request_timeout = 300ms}};
    test::raw_client client{server.port()};
    BOOST_TEST(client.ask(get_request("/livez")).status == 200);
    const std::string request = execute_request(get_json("k"));
    const auto before = std::chrono::steady_clock::now();
    for (const char c :
         request.substr(0, request.size() - 1)) {  // each byte in time, the whole not
        if (client.readable_within(10ms) || !client.try_send({&c, 1})) break;
    }
    const auto answer = client.read();
    BOOST_TEST((std::chrono::steady_clock::now() - before >= 300ms));
    BOOST_TEST(answer.status == 408);
    BOOST_TEST(answer.field("connection") == "close");
    BOOST_TEST(json::parse(answer.body).at("option").as_string() == "timeouts.request");
    BOOST_TEST(engine.executed() == 0U);
}

BOOST_AUTO_TEST_CASE(a_client_that_takes_no_answer_is_given_up) {
    test::stub_service engine;
    test::running_server server{engine, {.request_timeout = 300ms}};
    test::raw_client client{server.port()};
    const std::string value(net::connection::write_bytes_per_second_min, 'v');
    const std::string request = execute_request(
        R"({"commands":[{"cmd_type":"set","key":"k","value":")" + value + R"("}]})"
    );
    for (int i = 0; i < 1000 && client.try_send(request); ++i) {
    }
    BOOST_TEST(engine.executed() < 1000U);
    BOOST_TEST(server.server().wait_for(10s));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace memstore
