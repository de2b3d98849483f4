// GET /v1/export over a real socket, and back again by an import.
#include "base/limits.hpp"
#include "cluster/cluster.hpp"
#include "http/export_endpoint.hpp"
#include "support/engine.hpp"
#include "support/fake_clock.hpp"
#include "support/http_fixture.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <string>

namespace memstore {
namespace {

using test::execute_request;
using test::get_request;

constexpr std::chrono::milliseconds start{1'000'000};

struct export_server {
    explicit export_server(http::settings options = {}, cluster::settings size = {4, 31})
        : engine(size, {}, clock, executors),
          server(engine, std::move(options), {http::export_route(engine)}) {}

    test::wire_answer execute(const std::string& commands) {
        return client.ask(execute_request(R"({"commands":[)" + commands + "]}"));
    }
    void set(const std::string& key, const std::string& value) {
        execute(R"({"cmd_type":"set","key":")" + key + R"(","value":")" + value + "\"}");
    }
    test::wire_answer exported(const std::string& query = {}) {
        return client.ask(get_request("/v1/export" + query));
    }
    test::wire_answer import(const std::string& body) {
        return client.ask(
            "POST /v1/import HTTP/1.1\r\nHost: localhost\r\nContent-Length: " +
            std::to_string(body.size()) + "\r\n\r\n" + body
        );
    }

    test::running_io io{1};
    test::fake_clock clock;
    std::vector<boost::asio::any_io_executor> executors = io.executors();
    cluster::cluster engine;
    test::running_server server;
    test::raw_client client{server.port()};
};

/// Keys of all kinds, as versions 2, 3 and 4.
void fill(export_server& under) {
    under.execute(R"({"cmd_type":"set","key":"b/1","value":"1"},)"
                  R"({"cmd_type":"set","key":"b/2","value":"2","ttl_ms":250},)"
                  R"({"cmd_type":"set","key":"","value":"\u0000\n\"€"})");
    under.client.ask(execute_request(
        R"({"encoding":"base64","commands":[{"cmd_type":"set","key":"/w==","value":"/gA="}]})"
    ));
    under.set("a", "first");
    under.execute(
        R"({"cmd_type":"set","key":"gone","value":"x","ttl_ms":1},{"cmd_type":"set","key":"erased"})"
    );
    under.execute(R"({"cmd_type":"del","key":"erased"})");
    under.clock.advance(std::chrono::milliseconds{1});
}

const std::string all_lines =
    "{\"key\":\"\",\"value\":\"\\u0000\\n\\\"€\",\"version\":2}\n"
    "{\"key\":\"a\",\"value\":\"first\",\"version\":4}\n"
    "{\"key\":\"b/1\",\"value\":\"1\",\"version\":2}\n"
    "{\"key\":\"b/2\",\"value\":\"2\",\"version\":2,\"expires_at_ms\":1000250}\n"
    "{\"key\":{\"base64\":\"/w==\"},\"value\":{\"base64\":\"/gA=\"},\"version\":3}\n"
    "{\"end\":true,\"count\":5}\n";

}  // namespace

BOOST_AUTO_TEST_SUITE(http_export)

BOOST_FIXTURE_TEST_CASE(has_every_key_in_order_and_says_how_many, export_server) {
    BOOST_TEST(clock.now().time_since_epoch().count() == start.count());
    BOOST_TEST(exported().body == "{\"end\":true,\"count\":0}\n");
    fill(*this);
    const auto answer = exported();
    BOOST_TEST(answer.status == 200);
    BOOST_TEST(answer.field("content-type") == "application/x-ndjson");
    BOOST_TEST(answer.field("memstore-version") == "6");
    BOOST_TEST(answer.field("x-content-type-options") == "nosniff");
    BOOST_TEST(answer.body == all_lines);
}

BOOST_FIXTURE_TEST_CASE(may_be_of_a_prefix_and_without_versions, export_server) {
    fill(*this);
    BOOST_TEST(
        exported("?prefix=b%2F&versions=false").body ==
        "{\"key\":\"b/1\",\"value\":\"1\"}\n"
        "{\"key\":\"b/2\",\"value\":\"2\",\"expires_at_ms\":1000250}\n"
        "{\"end\":true,\"count\":2}\n"
    );
    BOOST_TEST(
        exported("?prefix=%FF&versions=true").body ==
        "{\"key\":{\"base64\":\"/w==\"},\"value\":{\"base64\":\"/gA=\"},\"version\":3}\n"
        "{\"end\":true,\"count\":1}\n"
    );
    BOOST_TEST(exported("?prefix=c").body == "{\"end\":true,\"count\":0}\n");
}

BOOST_FIXTURE_TEST_CASE(refuses_what_it_does_not_know, export_server) {
    for (const std::string query :
         {"?prefx=a", "?versions=no", "?prefix=%f", "?prefix=a&prefix=b", "?limit=5"}) {
        const auto answer = exported(query);
        BOOST_TEST(answer.status == 400);
        BOOST_TEST(answer.body.find("bad_argument") != std::string::npos);
    }
    const auto posted =
        client.ask("POST /v1/export HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
    BOOST_TEST(posted.status == 405);
    BOOST_TEST(posted.field("allow") == "GET, HEAD, OPTIONS");
    const auto foreign = client.ask(
        "GET /v1/export HTTP/1.1\r\nHost: localhost\r\nOrigin: http://evil.example\r\n\r\n"
    );
    BOOST_TEST(foreign.status == 403);
}

BOOST_FIXTURE_TEST_CASE(a_head_tells_the_version_alone, export_server) {
    set("a", "1");
    client.send("HEAD /v1/export HTTP/1.1\r\nHost: localhost\r\n\r\n" + get_request("/livez"));
    const auto answer = client.read(false);
    BOOST_TEST(answer.status == 200);
    BOOST_TEST(answer.field("memstore-version") == "2");
    BOOST_TEST(client.read().body == "ok");
}

/// What is held is the snapshot, and a piece: the client stops, and others write meanwhile.
BOOST_FIXTURE_TEST_CASE(is_of_one_moment_whatever_is_written_meanwhile, export_server) {
    const std::string value(20'000, 'v');
    for (int i = 0; i < 1000; ++i) set(std::to_string(1000 + i), value);
    test::raw_client slow{server.port()};
    slow.send("GET /v1/export HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const auto head = slow.read(false);
    BOOST_TEST(head.field("memstore-version") == "1001");
    for (int i = 0; i < 1000; ++i) set(std::to_string(1000 + i), "changed");
    execute(R"({"cmd_type":"delrange","start":"1500"},{"cmd_type":"set","key":"1000new"})");
    std::string body;
    for (std::string chunk = slow.read_chunk(); !chunk.empty(); chunk = slow.read_chunk())
        body += chunk;
    BOOST_TEST(body.find("changed") == std::string::npos);
    BOOST_TEST(body.find("new") == std::string::npos);
    std::size_t lines = 0;
    for (const char c : body) lines += c == '\n' ? 1 : 0;
    BOOST_TEST(lines == 1001U);
    BOOST_TEST(body.ends_with("{\"end\":true,\"count\":1000}\n"));
    BOOST_TEST(exported().body.ends_with("{\"end\":true,\"count\":501}\n"));
}

BOOST_AUTO_TEST_CASE(one_that_takes_nothing_is_cut_off) {
    export_server under{{.request_timeout = std::chrono::milliseconds{300}}};
    const std::string value(1'000'000, 'v');
    for (int i = 0; i < 40; ++i) under.set(std::to_string(i), value);
    test::raw_client idle{under.server.port()};
    idle.send("GET /v1/export HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const auto head = idle.read(false);
    BOOST_TEST(head.status == 200);
    // It holds a session, which is there until it is cut off.
    under.client.break_off();
    under.server.server().stop_accepting();
    BOOST_TEST(under.server.server().wait_for(std::chrono::seconds{60}));
    const std::string rest = idle.read_to_end();
    BOOST_TEST(rest.find("\"end\":true") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_import_of_it_rebuilds_the_store) {
    export_server original;
    fill(original);
    for (int i = 0; i < 1700; ++i)
        original.set(
            "many/" + std::to_string(i * 7919 % 1700),
            std::string(static_cast<std::size_t>(i % 50 * 10), 'x')
        );
    const auto first = original.exported();
    const auto first_bare = original.exported("?versions=false");

    export_server copy{{}, {.nodes = 2, .partitions = 7}};
    copy.clock.advance(original.clock.now() - copy.clock.now());
    BOOST_TEST(copy.import(first.body).body == R"({"imported":1705})");
    BOOST_TEST((copy.exported("?versions=false").body == first_bare.body));
    const auto second = copy.exported();

    // Its versions are its own; they depend on the entries alone, so from here on all bytes agree.
    export_server third;
    third.clock.advance(original.clock.now() - third.clock.now());
    BOOST_TEST(third.import(second.body).body == R"({"imported":1705})");
    BOOST_TEST((third.exported().body == second.body));
    BOOST_TEST(third.exported().field("memstore-version") == second.field("memstore-version"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace memstore
