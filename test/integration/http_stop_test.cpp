#include "http/endpoint.hpp"
#include "support/http_fixture.hpp"

#include <boost/system/system_error.hpp>
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <future>
#include <latch>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace memstore {
namespace {

using namespace std::chrono_literals;
using test::execute_request;
using test::get_json;
using test::get_request;
using test::stub_service;

BOOST_AUTO_TEST_SUITE(http_stop)

BOOST_AUTO_TEST_CASE(idle_clients_are_left_at_once) {
    stub_service engine;
    test::running_server server{engine};
    test::raw_client used{server.port()};
    test::raw_client fresh{server.port()};
    BOOST_TEST(used.ask(get_request("/livez")).status == 200);
    BOOST_TEST(fresh.ask(get_request("/livez")).status == 200);
    BOOST_TEST(server.stop(5s));
    BOOST_TEST(used.at_end());
    BOOST_TEST(fresh.at_end());
}

BOOST_AUTO_TEST_CASE(readiness_fails_before_anybody_is_asked_to_leave) {
    test::plain_server under;
    BOOST_TEST(under.client.ask(get_request("/readyz")).body == "ok");
    under.server.server().stop_accepting();
    const auto answer = under.client.ask(get_request("/readyz"));
    BOOST_TEST(answer.status == 503);
    BOOST_TEST(answer.body == "draining");
    BOOST_TEST(answer.field("content-type") == "text/plain; charset=utf-8");
    BOOST_TEST(under.client.ask(get_request("/livez")).status == 200);
    BOOST_TEST(under.client.ask(execute_request(get_json("k"))).status == 200);
}

BOOST_AUTO_TEST_CASE(what_is_under_way_is_finished) {
    stub_service engine{stub_service::way::when_told};
    test::running_server server{engine};
    test::raw_client waiting{server.port()};
    test::raw_client sending{server.port()};
    const std::string request = execute_request(get_json("k"));
    BOOST_TEST(sending.ask(get_request("/livez")).status == 200);
    sending.send(request.substr(0, request.size() / 2));
    waiting.send(request + get_request("/livez"));
    engine.wait_for_queue(1);
    std::this_thread::sleep_for(50ms);  // the half request is read by then
    server.server().stop_accepting();
    server.server().request_stop();
    BOOST_TEST(!server.server().wait_for(50ms));
    engine.release();
    const auto answer = waiting.read();
    BOOST_TEST(answer.body == R"({"results":["k"]})");
    BOOST_TEST(answer.field("connection") == "close");
    const auto other = sending.ask(request.substr(request.size() / 2));
    BOOST_TEST(other.body == R"({"results":["k"]})");
    BOOST_TEST(other.field("connection") == "close");
    BOOST_TEST(waiting.at_end());
    BOOST_TEST(sending.at_end());
    BOOST_TEST(server.server().wait_for(5s));
}

BOOST_AUTO_TEST_CASE(what_is_not_finished_in_time_is_cut_off) {
    stub_service engine{stub_service::way::when_told};
    test::running_server server{engine};
    test::raw_client waiting{server.port()};
    test::raw_client sending{server.port()};
    waiting.send(execute_request(get_json("k")));
    sending.send("GET /livez");
    engine.wait_for_queue(1);
    server.server().stop_accepting();
    server.server().request_stop();
    BOOST_TEST(!server.server().wait_for(50ms));
    server.server().close_all();
    BOOST_TEST(!server.server().wait_for(50ms));  // the engine still works for one of them
    engine.release();
    BOOST_TEST(server.server().wait_for(5s));
    BOOST_CHECK_THROW(waiting.read(), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(a_stop_waits_for_the_engine_however_long_it_takes) {
    stub_service engine{stub_service::way::when_told};
    test::running_server server{engine};
    test::raw_client waiting{server.port()};
    waiting.send(execute_request(get_json("k")));
    engine.wait_for_queue(1);
    auto in_time = std::async(std::launch::async, [&] { return server.stop(0s); });
    const auto before_the_answer = in_time.wait_for(200ms);
    engine.release();
    BOOST_TEST((before_the_answer == std::future_status::timeout));
    BOOST_TEST(!in_time.get());
}

BOOST_AUTO_TEST_CASE(a_request_on_a_connection_not_yet_accepted_is_answered) {
    stub_service engine;
    test::running_server server{engine};
    std::vector<std::unique_ptr<test::raw_client>> clients;
    for (int i = 0; i < 100; ++i) {
        clients.push_back(std::make_unique<test::raw_client>(server.port()));
        clients.back()->send(execute_request(get_json("k")));
    }
    BOOST_TEST(server.stop(10s));
    for (const auto& client : clients) {
        BOOST_TEST(client->read().body == R"({"results":["k"]})");
        BOOST_TEST(client->at_end());
    }
}

/// What holds up an io thread.
struct roadblock {
    std::latch reached{1};
    std::latch lifted{1};
};

class blocked_endpoint final : public http::endpoint {
public:
    explicit blocked_endpoint(roadblock& at) : at_(at) {}

    async::one_shot_event* answer(const http::request&, http::response&) override {
        at_.reached.count_down();
        at_.lifted.wait();
        return nullptr;
    }

private:
    roadblock& at_;
};

BOOST_AUTO_TEST_CASE(a_stop_answers_all_who_waited_while_nobody_could_be_accepted) {
    stub_service engine;
    roadblock block;
    const auto make = [&](const http::site&) { return std::make_unique<blocked_endpoint>(block); };
    test::running_server server{engine, {}, {{.path = "/block", .actions = {{"GET", make}}}}, 1};
    test::raw_client blocked{server.port()};
    blocked.send(get_request("/block"));
    block.reached.wait();
    std::vector<std::unique_ptr<test::raw_client>> clients;
    for (int i = 0; i < 300; ++i) {  // far more than are accepted in one turn
        clients.push_back(std::make_unique<test::raw_client>(server.port()));
        clients.back()->send(execute_request(get_json("k")));
    }
    auto stopped = std::async(std::launch::async, [&] { return server.stop(30s); });
    block.lifted.count_down();
    BOOST_TEST(blocked.read().status == 200);
    for (const auto& client : clients) {
        BOOST_TEST(client->read().body == R"({"results":["k"]})");
        BOOST_TEST(client->at_end());
    }
    BOOST_TEST(stopped.get());
}

BOOST_AUTO_TEST_CASE(a_client_that_was_refused_and_sends_on_does_not_hold_up_a_stop) {
    test::plain_server under;
    under.client.send("POST /v1/execute HTTP/1.1\r\nHost: a\r\nContent-Length: 999999999\r\n\r\n");
    BOOST_TEST(under.client.read().status == 413);
    std::atomic<bool> over = false;
    std::thread sender{[&] {
        while (!over && under.client.try_send("x")) std::this_thread::sleep_for(10ms);
    }};
    BOOST_TEST(under.server.stop(5s));
    over = true;
    sender.join();
}

BOOST_AUTO_TEST_CASE(a_stop_amid_traffic_loses_no_answer_and_leaves_nobody) {
    for (int round = 0; round < 5; ++round) {
        stub_service engine{
            round % 2 == 0 ? stub_service::way::in_place : stub_service::way::by_another};
        test::running_server server{engine};
        std::atomic<std::uint64_t> answered = 0;
        std::vector<std::thread> clients;
        for (int i = 0; i < 4; ++i) {
            clients.emplace_back([&] {
                try {
                    test::raw_client client{server.port()};
                    while (true) {
                        const auto answer = client.ask(execute_request(get_json("k")));
                        if (answer.status == 200) ++answered;  // a late one is turned away
                        if (answer.field("connection") == "close") break;
                    }
                } catch (const std::exception&) {  // the server was gone before it was asked
                }
            });
        }
        while (answered < 50) std::this_thread::sleep_for(1ms);
        BOOST_TEST(server.stop(10s));
        for (auto& client : clients) client.join();
        BOOST_TEST(answered == engine.executed());
    }
}

BOOST_AUTO_TEST_CASE(a_stop_meets_clients_as_they_come_and_go) {
    for (int round = 0; round < 10; ++round) {
        stub_service engine;
        auto server = std::make_unique<test::running_server>(engine);
        std::atomic<int> served = 0;
        std::atomic<bool> over = false;
        std::vector<std::thread> clients;
        for (int i = 0; i < 4; ++i) {
            clients.emplace_back([&, port = server->port()] {
                while (!over) {
                    try {
                        test::raw_client client{port};
                        client.ask(get_request("/livez", "Connection: close\r\n"));
                        ++served;
                    } catch (const std::exception&) {  // refused, as it should be from the stop on
                    }
                }
            });
        }
        while (served < 20) std::this_thread::sleep_for(1ms);
        BOOST_TEST(server->stop(10s));
        over = true;
        for (auto& client : clients) client.join();
        server.reset();
    }
}

BOOST_AUTO_TEST_CASE(two_hundred_clients_are_served_at_once) {
    stub_service engine{stub_service::way::by_another};
    test::running_server server{engine};
    std::vector<std::unique_ptr<test::raw_client>> clients;
    for (int i = 0; i < 200; ++i)
        clients.push_back(std::make_unique<test::raw_client>(server.port()));
    for (int round = 0; round < 5; ++round) {
        for (std::size_t i = 0; i < clients.size(); ++i) {
            clients[i]->send(execute_request(get_json("key" + std::to_string(i))));
        }
        for (std::size_t i = 0; i < clients.size(); ++i) {
            BOOST_TEST(
                clients[i]->read().body == "{\"results\":[\"key" + std::to_string(i) + "\"]}"
            );
        }
    }
    BOOST_TEST(server.stop(5s));
}

BOOST_AUTO_TEST_CASE(a_port_in_use_cannot_be_listened_at) {
    test::plain_server under;
    log::logger quiet{log::level::off, log::format::text};
    boost::asio::io_context io;
    http::server second{{}, under.engine, quiet};
    BOOST_CHECK_THROW(
        second.listen({boost::asio::ip::address_v4::loopback(), under.server.port()}, {&io}),
        boost::system::system_error
    );
}

/// Whether a server that has served and stopped leaves its port to another.
bool leaves_its_port() {
    stub_service engine;
    std::uint16_t port = 0;
    {
        test::running_server first{engine};
        port = first.port();
        test::raw_client client{port};
        BOOST_TEST(client.ask(get_request("/livez", "Connection: close\r\n")).status == 200);
    }
    log::logger quiet{log::level::off, log::format::text};
    boost::asio::io_context io;
    http::server second{{}, engine, quiet};
    try {
        return second.listen({boost::asio::ip::address_v4::loopback(), port}, {&io}) == port;
    } catch (const boost::system::system_error&) {
        return false;
    }
}

BOOST_AUTO_TEST_CASE(a_port_is_free_again_after_a_stop) {
    bool left = false;  // now and then, a stranger is given the same port meanwhile
    for (int attempt = 0; attempt < 5 && !left; ++attempt) left = leaves_its_port();
    BOOST_TEST(left);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace memstore
