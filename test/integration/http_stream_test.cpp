#include "support/http_fixture.hpp"
#include "support/scripted_stream.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace memstore {
namespace {

using namespace std::chrono_literals;
using state = http::answer_stream::state;
using test::get_request;
using test::stream_script;

const std::string ask_for_stream = get_request("/stream");
const std::string ask_by_http_1_0 = "GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";

/// A server whose /stream says what it is told to, and a client.
struct streaming_server {
    explicit streaming_server(bool endless, http::settings options = {})
        : script(endless),
          server(engine, std::move(options), {test::stream_route("/stream", script)}) {}

    /// Asks for the stream, and waits until it has nothing to say.
    void listen() {
        client.send(ask_for_stream);
        BOOST_TEST(client.read(false).status == 200);
    }

    test::stub_service engine;
    stream_script script;
    test::running_server server;
    test::raw_client client{server.port()};
};

struct event_stream : streaming_server {
    event_stream() : streaming_server(true) {}
};

struct finite_stream : streaming_server {
    finite_stream() : streaming_server(false) {}
};

BOOST_AUTO_TEST_SUITE(http_stream)

BOOST_FIXTURE_TEST_CASE(comes_in_chunks_and_the_connection_goes_on, finite_stream) {
    script.say("one");
    script.say("");
    script.say(std::string(100'000, 'x'));
    script.end(state::ended);
    for (int round = 0; round < 2; ++round) {
        const auto answer = client.ask(ask_for_stream);
        BOOST_TEST(answer.status == 200);
        BOOST_TEST(answer.field("transfer-encoding") == "chunked");
        BOOST_TEST(answer.fields.count("content-length") == 0U);
        BOOST_TEST(answer.field("content-type") == "text/plain; charset=utf-8");
        BOOST_TEST(answer.field("cache-control") == "no-store");
        BOOST_TEST((answer.body == (round == 0 ? "one" + std::string(100'000, 'x') : "")));
        BOOST_TEST(client.ask(get_request("/livez")).body == "ok");
    }
    BOOST_TEST(script.is_left());
}

BOOST_FIXTURE_TEST_CASE(a_piece_is_a_chunk, finite_stream) {
    script.say("one");
    script.say("two");
    script.end(state::ended);
    listen();
    BOOST_TEST(client.read_chunk() == "one");
    BOOST_TEST(client.read_chunk() == "two");
    BOOST_TEST(client.read_chunk() == "");
}

BOOST_FIXTURE_TEST_CASE(http_1_0_gets_it_up_to_the_end_of_the_connection, finite_stream) {
    script.say("one");
    script.say("two");
    script.end(state::ended);
    client.send(ask_by_http_1_0);
    const auto answer = client.read();
    BOOST_TEST(answer.field("connection") == "close");
    BOOST_TEST(answer.fields.count("transfer-encoding") == 0U);
    BOOST_TEST(client.read_to_end() == "onetwo");
}

BOOST_FIXTURE_TEST_CASE(head_asks_for_nothing_of_it, event_stream) {
    const auto answer = client.ask("HEAD /stream HTTP/1.1\r\nHost: localhost\r\n\r\n", false);
    BOOST_TEST(answer.status == 200);
    BOOST_TEST(answer.field("transfer-encoding") == "chunked");
    BOOST_TEST(client.ask(get_request("/livez")).body == "ok");
    BOOST_TEST(script.fills() == 0);
    BOOST_TEST(script.alive() == 0);
}

BOOST_FIXTURE_TEST_CASE(a_client_that_asks_to_close_is_left_behind_it, finite_stream) {
    script.say("all");
    script.end(state::ended);
    const auto answer = client.ask(get_request("/stream", "Connection: close\r\n"));
    BOOST_TEST(answer.field("connection") == "close");
    BOOST_TEST(answer.body == "all");
    BOOST_TEST(client.at_end());
}

BOOST_FIXTURE_TEST_CASE(one_that_breaks_has_no_last_chunk, finite_stream) {
    script.say("half");
    script.end(state::broken);
    listen();
    BOOST_TEST(client.read_chunk() == "half");
    BOOST_TEST(client.at_end());
    test::raw_client other{server.port()};
    other.send(ask_for_stream + get_request("/livez"));
    BOOST_TEST(other.read(false).status == 200);
    BOOST_TEST(other.at_end());
}

BOOST_FIXTURE_TEST_CASE(one_that_breaks_is_no_end_in_order_to_http_1_0, finite_stream) {
    script.say("half");
    script.end(state::broken);
    client.send(ask_by_http_1_0);
    BOOST_CHECK_THROW(client.read_to_end(), std::runtime_error);
}

BOOST_FIXTURE_TEST_CASE(what_is_said_late_comes_at_once, event_stream) {
    listen();
    for (int i = 0; i < 200; ++i) {
        const std::string text = "event " + std::to_string(i);
        script.say(text);
        BOOST_REQUIRE(client.read_chunk() == text);
    }
}

BOOST_FIXTURE_TEST_CASE(nothing_said_amid_its_writing_is_forgotten, event_stream) {
    constexpr int events = 5000;
    std::string said;
    std::string heard;
    listen();
    std::thread speaker{[&] {
        for (int i = 0; i < events; ++i) {
            script.say(std::to_string(i) + ";");
            if (i % 7 == 0) std::this_thread::yield();
        }
        script.end(state::ended);
    }};
    for (int i = 0; i < events; ++i) said += std::to_string(i) + ";";
    for (std::string chunk = client.read_chunk(); !chunk.empty(); chunk = client.read_chunk())
        heard += chunk;
    speaker.join();
    BOOST_TEST((heard == said));
}

BOOST_FIXTURE_TEST_CASE(it_may_speak_at_a_moment, event_stream) {
    script.mumble("still here", 200ms);
    const auto before = std::chrono::steady_clock::now();
    listen();
    BOOST_TEST(client.read_chunk() == "still here");
    BOOST_TEST(client.read_chunk() == "still here");
    const auto taken = std::chrono::steady_clock::now() - before;
    BOOST_TEST((taken >= 400ms));
    BOOST_TEST((taken < 5s));
    BOOST_TEST(script.fills() < 20);
}

BOOST_FIXTURE_TEST_CASE(quiet_costs_nothing, event_stream) {
    listen();
    std::this_thread::sleep_for(300ms);
    BOOST_TEST(script.fills() <= 2);
}

BOOST_FIXTURE_TEST_CASE(a_client_that_closes_ends_a_quiet_one_at_once, event_stream) {
    listen();
    client.socket().close();
    BOOST_TEST(script.is_left());
}

BOOST_FIXTURE_TEST_CASE(a_client_that_breaks_off_ends_a_quiet_one_at_once, event_stream) {
    listen();
    client.break_off();
    BOOST_TEST(script.is_left());
}

BOOST_FIXTURE_TEST_CASE(a_client_that_breaks_off_ends_a_finite_one_too, finite_stream) {
    listen();
    client.break_off();
    BOOST_TEST(script.is_left());
}

BOOST_FIXTURE_TEST_CASE(a_client_may_end_its_half_of_a_finite_one, finite_stream) {
    listen();
    client.finish_sending();
    std::this_thread::sleep_for(50ms);
    script.say("late");
    BOOST_TEST(client.read_chunk() == "late");
    script.end(state::ended);
    BOOST_TEST(client.read_chunk() == "");
    BOOST_TEST(client.at_end());
}

BOOST_FIXTURE_TEST_CASE(a_client_that_ended_its_half_may_still_break_off, finite_stream) {
    listen();
    client.finish_sending();
    std::this_thread::sleep_for(50ms);
    client.break_off();
    BOOST_TEST(script.is_left());
}

BOOST_FIXTURE_TEST_CASE(requests_behind_it_are_answered_after_it, event_stream) {
    listen();
    client.send(get_request("/livez"));
    client.send_bytewise(get_request("/readyz"));
    script.say("word");
    BOOST_TEST(client.read_chunk() == "word");
    script.end(state::ended);
    BOOST_TEST(client.read_chunk() == "");
    BOOST_TEST(client.read().body == "ok");
    BOOST_TEST(client.read().body == "ok");
}

BOOST_FIXTURE_TEST_CASE(more_than_a_few_requests_behind_it_wait_with_the_kernel, event_stream) {
    constexpr int requests = 5000;
    listen();
    std::string many;
    for (int i = 0; i < requests; ++i) many += get_request("/livez");
    std::thread sender{[&] { client.send(many); }};
    std::this_thread::sleep_for(100ms);
    BOOST_TEST(script.fills() < 100);
    script.say("word");
    BOOST_TEST(client.read_chunk() == "word");
    script.end(state::ended);
    BOOST_TEST(client.read_chunk() == "");
    for (int i = 0; i < requests; ++i) BOOST_REQUIRE(client.read().body == "ok");
    sender.join();
}

BOOST_FIXTURE_TEST_CASE(a_client_that_sent_much_may_still_break_off, event_stream) {
    listen();
    client.send(std::string(200'000, 'x'));
    std::this_thread::sleep_for(50ms);
    BOOST_TEST(script.alive() == 1);
    client.break_off();
    BOOST_TEST(script.is_left());
}

BOOST_AUTO_TEST_CASE(a_slow_client_is_sent_no_more_than_it_takes_and_then_given_up) {
    streaming_server under{true, {.request_timeout = 300ms}};
    under.script.repeat(std::string(http::answer_stream::piece_bytes, 'x'));
    under.listen();
    BOOST_TEST(under.script.is_left());
    BOOST_TEST(under.script.fills() < 300);  // what the kernel holds
}

BOOST_FIXTURE_TEST_CASE(a_client_without_a_pause_leaves_time_for_others, event_stream) {
    script.repeat(std::string(1000, 'x'));
    listen();
    std::atomic<bool> over = false;
    std::thread reader{[&] {
        while (!over) client.read_chunk();
    }};
    test::raw_client other{server.port()};
    for (int i = 0; i < 100; ++i) BOOST_TEST(other.ask(get_request("/livez")).body == "ok");
    over = true;
    reader.join();
}

BOOST_FIXTURE_TEST_CASE(it_may_wait_for_the_engine, finite_stream) {
    async::one_shot_event done;
    script.await(done);
    script.say("done");
    script.end(state::ended);
    client.send(ask_for_stream);
    BOOST_TEST(client.read(false).status == 200);
    BOOST_TEST(!client.readable_within(50ms));
    std::thread engine_thread{[&] { done.set(); }};
    BOOST_TEST(client.read_chunk() == "done");
    BOOST_TEST(client.read_chunk() == "");
    engine_thread.join();
}

BOOST_FIXTURE_TEST_CASE(a_stop_lets_an_endless_one_say_its_last_word, event_stream) {
    listen();
    BOOST_TEST(server.stop(5s));
    BOOST_TEST(client.read_chunk() == "goodbye");
    BOOST_TEST(client.read_chunk() == "");
    BOOST_TEST(client.at_end());
}

BOOST_FIXTURE_TEST_CASE(a_stop_meets_streams_that_never_pause, event_stream) {
    script.repeat("word");
    listen();
    std::string heard;
    std::thread reader{[&] {
        for (std::string chunk = client.read_chunk(); !chunk.empty(); chunk = client.read_chunk())
            heard = chunk;
    }};
    BOOST_TEST(server.stop(5s));
    reader.join();
    BOOST_TEST(heard == "goodbye");
}

BOOST_FIXTURE_TEST_CASE(a_stop_lets_a_finite_one_finish, finite_stream) {
    listen();
    server.server().stop_accepting();
    server.server().request_stop();
    BOOST_TEST(!server.server().wait_for(100ms));
    BOOST_TEST(script.fills() < 10);
    script.say("the rest");
    script.end(state::ended);
    BOOST_TEST(client.read_chunk() == "the rest");
    BOOST_TEST(client.read_chunk() == "");
    BOOST_TEST(client.at_end());
    BOOST_TEST(server.server().wait_for(5s));
}

BOOST_FIXTURE_TEST_CASE(a_finite_one_that_does_not_finish_is_cut_off, finite_stream) {
    listen();
    BOOST_TEST(!server.stop(100ms));
    BOOST_TEST(script.alive() == 0);
    BOOST_CHECK_THROW(client.read_chunk(), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(clients_come_and_go_while_others_speak) {
    test::stub_service engine;
    std::vector<std::unique_ptr<stream_script>> scripts;
    std::vector<http::route> routes;
    const char* const paths[] = {"/0", "/1", "/2", "/3"};
    for (const char* path : paths) {
        scripts.push_back(std::make_unique<stream_script>(true));
        routes.push_back(test::stream_route(path, *scripts.back()));
    }
    test::running_server server{engine, {}, std::move(routes)};
    std::atomic<bool> over = false;
    std::thread speaker{[&] {
        while (!over) {
            for (const auto& one : scripts) one->say("word");
            std::this_thread::sleep_for(100us);
        }
    }};
    std::vector<std::thread> clients;
    for (std::size_t i = 0; i < scripts.size(); ++i) {
        clients.emplace_back([&, i] {
            for (int round = 0; round < 50; ++round) {
                auto client = std::make_unique<test::raw_client>(server.port());
                client->send(get_request(paths[i]));
                client->read(false);
                client->read_chunk();
                if (round % 2 == 0) client->break_off();
                client.reset();
                scripts[i]->is_left();
            }
        });
    }
    for (auto& one : clients) one.join();
    over = true;
    speaker.join();
    BOOST_TEST(server.stop(5s));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace memstore
