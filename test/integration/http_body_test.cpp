#include "support/http_fixture.hpp"
#include "support/recording_sink.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <random>
#include <string>
#include <thread>

namespace memstore {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using test::get_request;
using test::sink_script;

/// A server whose /sink takes bodies in pieces, far beyond what a body may be elsewhere.
struct sink_server {
    explicit sink_server(http::settings options = {.limits = {.body_bytes = 1000}})
        : server(engine, std::move(options), {test::sink_route("/sink", script)}) {}

    test::stub_service engine;
    sink_script script;
    test::running_server server;
    test::raw_client client{server.port()};
};

std::string random_text(std::size_t bytes) {
    std::mt19937 random{static_cast<unsigned>(bytes)};
    std::string text(bytes, '\0');
    for (char& c : text) c = static_cast<char>(random());
    return text;
}

const test::posting to_sink{"/sink"};

BOOST_AUTO_TEST_SUITE(http_body)

BOOST_FIXTURE_TEST_CASE(of_any_length_is_taken_and_the_connection_goes_on, sink_server) {
    for (const std::size_t bytes : {0UL, 1UL, 999UL, 1001UL, 70'000UL, 5'000'000UL}) {
        const std::string body = random_text(bytes);
        for (const std::string& request :
             {to_sink.sized(body), to_sink.chunked(body, 1 + bytes / 3)}) {
            const auto answer = client.ask(request);
            BOOST_TEST(answer.status == 200);
            BOOST_TEST(answer.body == std::to_string(bytes));
            BOOST_TEST((script.taken() == body));
            BOOST_TEST(script.is_left());
            BOOST_TEST(client.ask(get_request("/livez")).body == "ok");
        }
    }
}

BOOST_FIXTURE_TEST_CASE(may_come_byte_by_byte, sink_server) {
    const std::string body = random_text(300);
    for (const std::string& request : {to_sink.sized(body), to_sink.chunked(body, 7)}) {
        client.send_bytewise(request + get_request("/livez"));
        BOOST_TEST(client.read().body == "300");
        BOOST_TEST((script.taken() == body));
        BOOST_TEST(client.read().body == "ok");
    }
}

BOOST_FIXTURE_TEST_CASE(is_taken_as_the_sink_has_time, sink_server) {
    script.waits = true;
    script.bite_bytes = 1000;
    const std::string body = random_text(300'000);
    for (const std::string& request : {to_sink.sized(body), to_sink.chunked(body, 50'000)}) {
        client.send(request + get_request("/livez"));
        BOOST_TEST(client.read().body == "300000");
        BOOST_TEST((script.taken() == body));
        BOOST_TEST(client.read().body == "ok");
    }
    BOOST_TEST(script.waited() >= 600);
}

BOOST_FIXTURE_TEST_CASE(several_follow_each_other, sink_server) {
    std::string requests;
    for (int i = 0; i < 50; ++i)
        requests += to_sink.sized(std::string(2000, 'a')) + to_sink.chunked("bcd", 2);
    client.send(requests);
    for (int i = 0; i < 50; ++i) {
        BOOST_REQUIRE(client.read().body == "2000");
        BOOST_REQUIRE(client.read().body == "3");
    }
}

BOOST_FIXTURE_TEST_CASE(other_routes_have_the_limit_still, sink_server) {
    const std::string body(1001, ' ');
    BOOST_TEST(client.ask(test::execute_request(body)).status == 413);
    test::raw_client other{server.port()};
    BOOST_TEST(
        other.ask("PUT /sink HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n").status == 413
    );
    test::raw_client third{server.port()};
    const auto answer = third.ask("PUT /sink HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx");
    BOOST_TEST(answer.status == 405);
    BOOST_TEST(answer.field("allow") == "POST, OPTIONS");
    BOOST_TEST(script.opened() == 0);
}

BOOST_FIXTURE_TEST_CASE(a_client_is_not_read_from_while_the_sink_is_busy, sink_server) {
    script.waits = true;
    script.hold();
    const std::string piece(1'000'000, 'x');
    std::atomic<int> sent = 0;
    std::thread sender{[&] {
        client.send(to_sink.head("Content-Length: 40000000\r\n"));
        for (int i = 0; i < 40; ++i, ++sent) client.send(piece);
    }};
    std::this_thread::sleep_for(300ms);
    BOOST_TEST(sent < 20);  // what the kernel holds
    BOOST_TEST(script.taken().size() < 100'000U);
    script.release();
    sender.join();
    BOOST_TEST(client.read().body == "40000000");
}

BOOST_FIXTURE_TEST_CASE(a_client_that_waits_for_100_continue_is_told_to_send, sink_server) {
    BOOST_TEST(
        client.ask(to_sink.head("Expect: 100-continue\r\nContent-Length: 2000\r\n")).status == 100
    );
    BOOST_TEST(client.ask(std::string(2000, 'x')).body == "2000");
    const auto chunks =
        client.ask(to_sink.head("Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n"));
    BOOST_TEST(chunks.status == 100);
    BOOST_TEST(client.ask("2\r\nab\r\n0\r\n\r\n").body == "2");
    BOOST_TEST(client.ask(to_sink.sized("abc", "Expect: 100-continue\r\n")).body == "3");
    BOOST_TEST(script.opened() == 3);
}

BOOST_FIXTURE_TEST_CASE(one_in_vain_is_not_asked_for, sink_server) {
    script.refuses_all = true;
    const auto answer =
        client.ask(to_sink.head("Expect: 100-continue\r\nContent-Length: 2000\r\n"));
    BOOST_TEST(answer.status == 400);
    BOOST_TEST(answer.field("connection") == "close");
    BOOST_TEST(client.at_end());
}

BOOST_FIXTURE_TEST_CASE(pages_of_others_are_refused_before_it, sink_server) {
    const auto answer = client.ask(to_sink.sized("body", "Origin: http://evil.example\r\n"));
    BOOST_TEST(answer.status == 403);
    BOOST_TEST(client.at_end());
    BOOST_TEST(script.opened() == 0);
}

BOOST_FIXTURE_TEST_CASE(a_refusal_amid_it_reaches_a_client_that_sends_on, sink_server) {
    script.refuses_after = 100'000;
    for (const bool waits : {false, true}) {
        script.waits = waits;
        test::raw_client sending{server.port()};
        sending.send(to_sink.head("Content-Length: 50000000\r\n"));
        for (int i = 0; i < 50; ++i) sending.try_send(std::string(1'000'000, 'x'));
        const auto answer = sending.read();
        BOOST_TEST(answer.status == 400);
        BOOST_TEST(answer.field("connection") == "close");
        BOOST_TEST(json::parse(answer.body).at("code").as_string() == "enough");
        BOOST_TEST(sending.at_end());
        BOOST_TEST(script.is_left());
    }
}

BOOST_FIXTURE_TEST_CASE(a_refusal_amid_it_is_told_at_once, sink_server) {
    script.refuses_after = 3;
    const auto answer = client.ask(to_sink.head("Content-Length: 50000000\r\n") + "four");
    BOOST_TEST(answer.status == 400);
    BOOST_TEST(client.at_end());
}

BOOST_AUTO_TEST_CASE(one_that_makes_no_progress_is_answered_with_408) {
    sink_server under{{.request_timeout = 300ms}};
    const auto before = std::chrono::steady_clock::now();
    under.client.send(to_sink.head("Content-Length: 100\r\n") + "some");
    const auto answer = under.client.read();
    BOOST_TEST((std::chrono::steady_clock::now() - before >= 300ms));
    BOOST_TEST(answer.status == 408);
    BOOST_TEST(answer.field("connection") == "close");
    BOOST_TEST(
        json::parse(answer.body).at("error").as_string() ==
        "nothing more of the body came within 300 ms (timeouts.request)"
    );
    BOOST_TEST(under.script.taken() == "some");
    BOOST_TEST(under.script.is_left());
}

BOOST_AUTO_TEST_CASE(one_that_makes_progress_may_take_its_time) {
    sink_server under{{.request_timeout = 300ms}};
    under.client.send(to_sink.head("Content-Length: 10\r\n"));
    for (int i = 0; i < 10; ++i) {
        std::this_thread::sleep_for(100ms);
        under.client.send("x");
    }
    BOOST_TEST(under.client.read().body == "10");
}

BOOST_AUTO_TEST_CASE(its_header_has_the_time_of_any_request) {
    sink_server under{{.request_timeout = 300ms}};
    under.client.send("POST /sink HTTP/1.1\r\n");
    const auto answer = under.client.read();
    BOOST_TEST(answer.status == 408);
    BOOST_TEST(under.script.opened() == 0);
}

BOOST_FIXTURE_TEST_CASE(one_cut_short_is_told_what_it_lacks, sink_server) {
    client.send(to_sink.head("Content-Length: 9\r\n") + "1234");
    client.finish_sending();
    const auto answer = client.read();
    BOOST_TEST(answer.status == 400);
    BOOST_TEST(
        json::parse(answer.body).at("error").as_string() == "the body ends after 4 of 9 bytes"
    );
    BOOST_TEST(script.is_left());
    test::raw_client other{server.port()};
    other.send(to_sink.chunked_head() + "3\r\nabc\r\n");
    other.finish_sending();
    BOOST_TEST(
        json::parse(other.read().body).at("error").as_string() ==
        "the request ends before the last chunk of its body"
    );
    BOOST_TEST(script.is_left());
}

BOOST_FIXTURE_TEST_CASE(chunks_that_are_none_end_it, sink_server) {
    const auto answer = client.ask(to_sink.chunked_head() + "3\r\nabc\r\nno chunk\r\n");
    BOOST_TEST(answer.status == 400);
    BOOST_TEST(client.at_end());
    BOOST_TEST(script.is_left());
}

BOOST_FIXTURE_TEST_CASE(a_client_that_goes_amid_it_is_left, sink_server) {
    script.waits = true;
    client.send(to_sink.head("Content-Length: 999\r\n") + "some");
    while (script.taken() != "some") std::this_thread::sleep_for(1ms);
    client.break_off();
    BOOST_TEST(script.is_left());
}

BOOST_FIXTURE_TEST_CASE(
    a_client_that_goes_while_the_sink_is_busy_is_left_when_it_is_not,
    sink_server
) {
    script.waits = true;
    script.hold();
    client.send(to_sink.head("Content-Length: 999\r\n") + "some");
    while (script.waited() == 0) std::this_thread::sleep_for(1ms);
    client.break_off();
    std::this_thread::sleep_for(50ms);
    BOOST_TEST(script.alive() == 1);
    script.release();
    BOOST_TEST(script.is_left());
}

BOOST_FIXTURE_TEST_CASE(a_stop_lets_it_finish, sink_server) {
    client.send(to_sink.head("Content-Length: 8\r\n") + "some");
    while (script.taken() != "some") std::this_thread::sleep_for(1ms);
    server.server().stop_accepting();
    server.server().request_stop();
    BOOST_TEST(!server.server().wait_for(50ms));
    const auto answer = client.ask("more");
    BOOST_TEST(answer.body == "8");
    BOOST_TEST(answer.field("connection") == "close");
    BOOST_TEST(client.at_end());
    BOOST_TEST(server.server().wait_for(5s));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace memstore
