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
using test::get_json;

struct visit {
    const char* origin;
    int status;
    bool cross;
    const char* host = "localhost";
};
std::ostream& operator<<(std::ostream& out, const visit& one) {
    return out << one.origin << " to " << one.host;
}

/// To a server that listens at store.example and lets https://app.example:8443 in.
const visit visits[] = {
    {"http://localhost", 200, false},
    {"https://LocalHost", 200, false},
    {"https://app.example:8443", 200, true},
    {"http://app.example:8443", 403, false},
    {"https://app.example", 403, false},
    {"http://localhost:8080", 403, false},
    {"http://evil.example", 403, false},
    {"http://localhost.evil.example", 403, false},
    {"null", 403, false},
    {"", 403, false},
    {"\"<\xff", 403, false},
    {"http://localhost:8080", 200, false, "localhost:8080"},
    {"http://127.0.0.1:8080", 200, false, "127.0.0.1:8080"},
    {"http://[::1]:8080", 200, false, "[::1]:8080"},
    {"http://[::1]", 200, false, "[::1]"},
    {"http://store.example", 200, false, "Store.example"},
    {"http://store.example:8080", 200, false, "store.example:8080"},
    {"http://app.example:9000", 200, false, "app.example:9000"},
    {"https://app.example:8443", 200, false, "app.example:8443"},
    // A name of theirs, which they made one for our address: "DNS rebinding".
    {"http://evil.example", 403, false, "evil.example"},
    {"http://evil.example:8080", 403, false, "evil.example:8080"},
    {"http://127.0.0.1.evil.example", 403, false, "127.0.0.1.evil.example"},
    {"http://store.example.evil", 403, false, "store.example.evil"},
    {"http://[evil]", 403, false, "[evil]"},
    {"http://[localhost]", 403, false, "[localhost]"},
    {"http://[::1]evil.example", 403, false, "[::1]evil.example"},
    {"http://[::1]:80.evil.example", 403, false, "[::1]:80.evil.example"},
    {"http://[::1", 403, false, "[::1"},
    {"http://localhost:80.evil.example", 403, false, "localhost:80.evil.example"},
    {"http://[", 403, false, "["},
    {"http://:80", 403, false, ":80"},
    {"http://127.0.0.1:8080", 403, false, "localhost:8080"},
};

std::string execute_at(const std::string& host, const std::string& origin) {
    const std::string body = get_json("k");
    return "POST /v1/execute HTTP/1.1\r\nHost: " + host + "\r\nOrigin: " + origin +
           "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

/// A request without an Origin, as a page's to its own host is.
struct look {
    const char* who;
    int status;
    const char* host;
    std::string fields = {};
    const char* code = "forbidden_host";
};
std::ostream& operator<<(std::ostream& out, const look& one) {
    return out << one.who << " at " << one.host;
}

const std::string curl = "User-Agent: curl/7.88.1\r\nAccept: */*\r\n";
const std::string node =
    "accept: */*\r\naccept-language: *\r\nsec-fetch-mode: cors\r\nuser-agent: node\r\n";
const std::string browser = "User-Agent: Mozilla/5.0 (X11)\r\nAccept-Language: en\r\n";

/// What browsers add where they trust the way, as to localhost.
std::string fetch(const std::string& site, const std::string& mode) {
    return browser + "Sec-Fetch-Site: " + site + "\r\nSec-Fetch-Mode: " + mode + "\r\n";
}

/// At a server that listens at store.example and lets https://app.example in.
const look looks[] = {
    {"curl", 404, "localhost", curl},
    {"curl", 404, "memstore:8080", curl},
    {"curl", 404, "memstore.default.svc.cluster.local", curl},
    {"curl", 404, "evil.example", curl},
    {"nobody", 404, "memstore"},
    {"node", 404, "memstore:8080", node},
    {"a browser", 404, "localhost:8080", browser},
    {"a browser", 404, "127.0.0.1:8080", browser},
    {"a browser", 404, "[::1]:8080", browser},
    {"a browser", 404, "STORE.example:8080", browser},
    {"a browser", 404, "app.example", browser},
    {"a browser", 403, "evil.example:8080", browser},
    {"a browser", 403, "localhost.evil.example", browser},
    {"a browser", 403, "[::1]evil.example", browser},
    {"a browser", 403, "", browser},
    {"a page that hides its browser", 403, "evil.example", "user-agent: x\r\naccept-language:\r\n"},
    {"a browser without a language", 403, "evil.example", "User-Agent: Mozilla/5.0\r\n"},
    {"a browser that trusts the way", 403, "evil.example", "Sec-Fetch-Site: none\r\n"},
    {"a person", 404, "localhost", fetch("none", "navigate")},
    {"a page of ours", 404, "localhost", fetch("same-origin", "cors")},
    {"a link on another site", 404, "localhost", fetch("cross-site", "navigate")},
    {"a link on another site", 403, "evil.example", fetch("cross-site", "navigate")},
    {"an image", 403, "localhost", fetch("cross-site", "no-cors"), "forbidden_origin"},
    {"an image of a neighbour",
     403,
     "localhost",
     fetch("same-site", "no-cors"),
     "forbidden_origin"},
};

http::settings with_origins(std::vector<std::string> origins) {
    return {.allowed_origins = std::move(origins)};
}

BOOST_AUTO_TEST_SUITE(http_origin)

BOOST_DATA_TEST_CASE(pages_reach_the_store_only_where_they_may, bdata::make(visits)) {
    test::stub_service engine;
    http::settings options = with_origins({"https://app.example:8443"});
    options.host = "store.example";
    test::running_server server{engine, options};
    test::raw_client client{server.port()};
    const auto answer = client.ask(execute_at(sample.host, sample.origin));
    BOOST_TEST(answer.status == sample.status);
    BOOST_TEST(engine.executed() == (sample.status == 200 ? 1U : 0U));
    BOOST_TEST(answer.field("access-control-allow-origin") == (sample.cross ? sample.origin : ""));
    BOOST_TEST(answer.field("vary") == (sample.cross ? "Origin" : ""));
    BOOST_TEST(
        answer.field("access-control-expose-headers") ==
        (sample.cross ? "Memstore-Version, Memstore-TTL-Ms, ETag, Retry-After, WWW-Authenticate, "
                        "X-Request-Id"
                      : "")
    );
    if (sample.status == 403) BOOST_TEST(answer.body.ends_with(R"("code":"forbidden_origin"})"));
    BOOST_TEST(client.ask(execute_request(get_json("k"))).status == 200);
}

BOOST_DATA_TEST_CASE(pages_see_the_store_only_under_its_own_names, bdata::make(looks)) {
    test::stub_service engine;
    http::settings options = with_origins({"https://app.example"});
    options.host = "store.example";
    test::running_server server{engine, options};
    for (const std::string method : {"GET", "HEAD"}) {
        test::raw_client client{server.port()};
        const auto answer = client.ask(
            method + " /v1/nothing HTTP/1.1\r\nHost: " + sample.host + "\r\n" + sample.fields +
                "\r\n",
            method == "GET"
        );
        BOOST_TEST(answer.status == sample.status);
        const std::string code = sample.status == 403 ? sample.code : "not_found";
        if (method == "GET") BOOST_TEST(answer.body.ends_with("\"code\":\"" + code + "\"}"));
    }
    test::raw_client client{server.port()};
    const std::string probe =
        std::string{"GET /livez HTTP/1.1\r\nHost: "} + sample.host + "\r\n" + sample.fields;
    BOOST_TEST(client.ask(probe + "\r\n").status == 200);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_read_is_refused_for_an_allowed_page_to_read) {
    test::stub_service engine;
    test::running_server server{
        engine,
        {.limits = {.body_bytes = 1000}, .allowed_origins = {"https://app.example"}}};
    const auto refused = [&](const std::string& origin, const std::string& rest) {
        test::raw_client client{server.port()};
        return client.ask(
            "POST /v1/execute HTTP/1.1\r\nHost: localhost\r\nOrigin: " + origin + "\r\n" + rest
        );
    };
    const std::string too_large = "Content-Length: 1001\r\n\r\n";
    const std::string chunked = "Transfer-Encoding: chunked\r\n\r\n";
    for (const std::string& rest : {too_large, chunked + "3e9\r\n", chunked + "no chunk\r\n"}) {
        const auto answer = refused("https://app.example", rest);
        BOOST_TEST(answer.status >= 400);
        BOOST_TEST(answer.field("access-control-allow-origin") == "https://app.example");
        const auto other = refused("https://evil.example", rest);
        BOOST_TEST(other.status == answer.status);
        BOOST_TEST(other.field("access-control-allow-origin") == "");
    }
}

BOOST_AUTO_TEST_CASE(no_name_of_ours_means_no_name) {
    test::plain_server under;
    BOOST_TEST(under.client.ask(execute_at("", "http://")).status == 403);
    BOOST_TEST(under.client.ask(execute_at("store.example", "http://store.example")).status == 403);
}

BOOST_AUTO_TEST_CASE(a_null_origin_may_be_listed) {
    test::stub_service engine;
    test::running_server server{engine, with_origins({"null"})};
    test::raw_client client{server.port()};
    const auto answer = client.ask(execute_request(get_json("k"), "Origin: null\r\n"));
    BOOST_TEST(answer.status == 200);
    BOOST_TEST(answer.field("access-control-allow-origin") == "null");
}

BOOST_AUTO_TEST_CASE(probes_are_for_everybody) {
    test::plain_server under;
    BOOST_TEST(
        under.client.ask(test::get_request("/livez", "Origin: http://evil.example\r\n")).status ==
        200
    );
}

BOOST_AUTO_TEST_CASE(a_preflight_tells_what_may_be_sent) {
    test::stub_service engine;
    test::running_server server{engine, with_origins({"https://app.example"})};
    test::raw_client client{server.port()};
    const auto preflight = [](const std::string& origin) {
        return "OPTIONS /v1/execute HTTP/1.1\r\nHost: localhost\r\nOrigin: " + origin +
               "\r\nAccess-Control-Request-Method: POST\r\n\r\n";
    };
    const auto answer = client.ask(preflight("https://app.example"));
    BOOST_TEST(answer.status == 204);
    BOOST_TEST(answer.field("access-control-allow-origin") == "https://app.example");
    BOOST_TEST(answer.field("access-control-allow-methods") == "POST, OPTIONS");
    BOOST_TEST(
        answer.field("access-control-allow-headers") ==
        "Authorization, Content-Type, If-Match, If-None-Match, Last-Event-ID, X-Request-Id"
    );
    BOOST_TEST(answer.field("access-control-max-age") == "600");
    const auto refused = client.ask(preflight("https://evil.example"));
    BOOST_TEST(refused.status == 403);
    BOOST_TEST(refused.field("access-control-allow-origin") == "");
}

BOOST_AUTO_TEST_CASE(errors_too_are_for_an_allowed_page_to_read) {
    test::stub_service engine;
    test::running_server server{engine, with_origins({"https://app.example"})};
    test::raw_client client{server.port()};
    const auto answer = client.ask(execute_request("{", "Origin: https://app.example\r\n"));
    BOOST_TEST(answer.status == 400);
    BOOST_TEST(answer.field("access-control-allow-origin") == "https://app.example");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace memstore
