#include "support/http_fixture.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>
#include <string>

namespace memstore {
namespace {

namespace bdata = boost::unit_test::data;
namespace json = boost::json;
using namespace std::string_literals;
using test::execute_request;
using test::get_json;
using test::get_request;

struct exchange {
    const char* name;
    std::string request;
    int status;
    const char* code;  ///< of the error; empty: a text, or an error known by its text
    bool closes;
};

std::ostream& operator<<(std::ostream& out, const exchange& one) { return out << one.name; }

std::string with_fields(const std::string& fields) {
    return "GET /livez HTTP/1.1\r\n" + fields + "\r\n";
}

const exchange exchanges[] = {
    {"alive", get_request("/livez"), 200, "", false},
    {"ready", get_request("/readyz"), 200, "", false},
    {"alive with a query", get_request("/livez?verbose"), 200, "", false},
    {"absolute target",
     "GET http://localhost/livez HTTP/1.1\r\nHost: localhost\r\n\r\n",
     200,
     "",
     false},
    {"empty line before", "\r\n" + get_request("/livez"), 200, "", false},
    {"obscure but legal field",
     with_fields("Host: a\r\nX-y!#$: \t caf\xc3\xa9 \t\r\n"),
     200,
     "",
     false},
    {"empty host", with_fields("Host:\r\n"), 200, "", false},
    {"no such route", get_request("/nowhere"), 404, "not_found", false},
    {"no such version", get_request("/v2/execute"), 404, "not_found", false},
    {"odd path", get_request("/\"\\\xff<"), 404, "not_found", false},
    {"get on execute", get_request("/v1/execute"), 405, "method_not_allowed", false},
    {"post on livez",
     "POST /livez HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
     405,
     "method_not_allowed",
     false},
    {"unknown method",
     "BREW /v1/execute HTTP/1.1\r\nHost: a\r\n\r\n",
     405,
     "method_not_allowed",
     false},
    {"method in lower case",
     "get /livez HTTP/1.1\r\nHost: a\r\n\r\n",
     405,
     "method_not_allowed",
     false},
    {"not json", execute_request("{"), 400, "", false},
    {"empty request", execute_request("{}"), 400, "", false},
    {"no body", execute_request(""), 400, "", false},
    {"unknown command", execute_request(R"({"commands":[{"cmd_type":"fly"}]})"), 400, "", false},
    {"wrong member", execute_request(R"({"commands":[],"x":1})"), 400, "bad_argument", false},
    {"two lengths",
     with_fields("Host: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n"),
     400,
     "bad_request",
     true},
    {"one length twice",
     with_fields("Host: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n"),
     400,
     "bad_request",
     true},
    {"a coded body",
     with_fields("Host: a\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n"),
     415,
     "unsupported_encoding",
     true},
    {"a body that is as it is",
     with_fields("Host: a\r\nContent-Encoding: identity\r\n"),
     200,
     "",
     false},
    {"two authorizations",
     with_fields("Host: a\r\nAuthorization: Bearer a\r\nAuthorization: Bearer b\r\n"),
     400,
     "bad_request",
     true},
    {"a list of lengths",
     with_fields("Host: a\r\nContent-Length: 1, 1\r\n"),
     400,
     "bad_request",
     true},
    {"a length below zero",
     with_fields("Host: a\r\nContent-Length: -1\r\n"),
     400,
     "bad_request",
     true},
    {"a signed length", with_fields("Host: a\r\nContent-Length: +1\r\n"), 400, "bad_request", true},
    {"a length past 64 bits",
     with_fields("Host: a\r\nContent-Length: 18446744073709551616\r\n"),
     400,
     "bad_request",
     true},
    {"chunked and a length",
     with_fields("Host: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n"),
     400,
     "bad_request",
     true},
    {"a length and chunked",
     with_fields("Host: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n"),
     400,
     "bad_request",
     true},
    {"gzip and a length",
     with_fields("Host: a\r\nTransfer-Encoding: gzip\r\nContent-Length: 1\r\n"),
     400,
     "bad_request",
     true},
    {"chunked twice",
     with_fields("Host: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
     400,
     "bad_request",
     true},
    {"gzip", with_fields("Host: a\r\nTransfer-Encoding: gzip\r\n"), 501, "not_implemented", true},
    {"gzip, chunked",
     with_fields("Host: a\r\nTransfer-Encoding: gzip, chunked\r\n"),
     501,
     "not_implemented",
     true},
    {"chunked, gzip",
     with_fields("Host: a\r\nTransfer-Encoding: chunked, gzip\r\n"),
     501,
     "not_implemented",
     true},
    {"quoted chunked",
     with_fields("Host: a\r\nTransfer-Encoding: \"chunked\"\r\n"),
     501,
     "not_implemented",
     true},
    {"chunked in 1.0",
     "GET /livez HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
     400,
     "bad_request",
     true},
    {"no host", with_fields(""), 400, "bad_request", true},
    {"two hosts", with_fields("Host: a\r\nHost: a\r\n"), 400, "bad_request", true},
    {"two origins",
     with_fields("Host: a\r\nOrigin: http://evil\r\nOrigin: http://a\r\n"),
     400,
     "bad_request",
     true},
    {"a list of hosts", with_fields("Host: a, b\r\n"), 400, "bad_request", true},
    {"a folded field", with_fields("Host: a\r\nX: 1\r\n 2\r\n"), 400, "bad_request", true},
    {"a folded empty field", with_fields("Host: a\r\nX: \r\n\t2\r\n"), 400, "bad_request", true},
    {"a space before the colon",
     with_fields("Host: a\r\nContent-Length : 1\r\n"),
     400,
     "bad_request",
     true},
    {"a field without a name", with_fields("Host: a\r\n: 1\r\n"), 400, "bad_request", true},
    {"a line that is no field", with_fields("Host: a\r\nnothing\r\n"), 400, "bad_request", true},
    {"a bare line feed", "GET /livez HTTP/1.1\nHost: a\n\n", 400, "bad_request", true},
    {"a bare line feed in a field",
     with_fields("Host: a\r\nX: 1\nY: 2\r\n"),
     400,
     "bad_request",
     true},
    {"a bare carriage return", with_fields("Host: a\r\nX: 1\r2\r\n"), 400, "bad_request", true},
    {"a zero byte in a field", with_fields("Host: a\r\nX: 1\0\r\n"s), 400, "bad_request", true},
    {"a zero byte in the target", "GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n"s, 400, "bad_request", true},
    {"two spaces", "GET  /livez HTTP/1.1\r\nHost: a\r\n\r\n", 400, "bad_request", true},
    {"no version", "GET /livez\r\nHost: a\r\n\r\n", 400, "bad_request", true},
    {"a short version", "GET /livez H\r\nHost: a\r\n\r\n", 400, "bad_request", true},
    {"another protocol", "GET /livez GOPHER/1\r\nHost: a\r\n\r\n", 400, "bad_request", true},
    {"http/2.0", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, "version_not_supported", true},
    {"http/1.2", "GET /livez HTTP/1.2\r\nHost: a\r\n\r\n", 505, "version_not_supported", true},
    {"http/0.9", "GET /livez HTTP/0.9\r\nHost: a\r\n\r\n", 505, "version_not_supported", true},
    {"tls", "\x16\x03\x01\x02\x00\x01", 400, "bad_request", true},
    {"no target of ours", "GET livez HTTP/1.1\r\nHost: a\r\n\r\n", 400, "bad_request", true},
    {"an asterisk", "GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400, "bad_request", true},
    {"another expectation",
     execute_request("{}", "Expect: tea\r\n"),
     417,
     "expectation_failed",
     true},
};

BOOST_AUTO_TEST_SUITE(http_protocol)

BOOST_DATA_TEST_CASE(each_request_gets_its_status, bdata::make(exchanges)) {
    test::plain_server under;
    const auto answer = under.client.ask(sample.request);
    BOOST_TEST(answer.status == sample.status);
    BOOST_TEST(answer.field("connection") == (sample.closes ? "close" : ""));
    if (sample.status != 200) {
        const json::value body = json::parse(answer.body);
        BOOST_TEST(!body.at("error").as_string().empty());
        const json::value* const code = body.as_object().if_contains("code");
        BOOST_TEST((code == nullptr ? "" : std::string_view{code->as_string()}) == sample.code);
        BOOST_TEST(answer.field("content-type") == "application/json; charset=utf-8");
    }
    if (sample.closes) {
        BOOST_TEST(under.client.at_end());
    } else {
        BOOST_TEST(under.client.ask(get_request("/livez")).status == 200);
    }
}

BOOST_DATA_TEST_CASE(a_request_may_come_byte_by_byte, bdata::make(exchanges)) {
    if (sample.closes)
        return;  // the answer may come before the last byte: see the parser's own test
    test::plain_server under;
    under.client.send_bytewise(sample.request);
    BOOST_TEST(under.client.read().status == sample.status);
    BOOST_TEST(under.client.ask(get_request("/livez")).status == 200);
}

BOOST_AUTO_TEST_CASE(other_methods_are_told_which_there_are) {
    test::plain_server under;
    BOOST_TEST(under.client.ask(get_request("/v1/execute/")).field("allow") == "POST, OPTIONS");
    const auto answer = under.client.ask("DELETE /readyz HTTP/1.1\r\nHost: a\r\n\r\n");
    BOOST_TEST(answer.status == 405);
    BOOST_TEST(answer.field("allow") == "GET, HEAD, OPTIONS");
    const auto probe = under.client.ask("OPTIONS /livez HTTP/1.1\r\nHost: a\r\n\r\n");
    BOOST_TEST(probe.status == 204);
    BOOST_TEST(probe.field("allow") == "GET, HEAD, OPTIONS");
    const auto options = under.client.ask("OPTIONS /v1/execute HTTP/1.1\r\nHost: a\r\n\r\n");
    BOOST_TEST(options.status == 204);
    BOOST_TEST(options.field("allow") == "POST, OPTIONS");
    BOOST_TEST(options.fields.count("content-length") == 0U);
    BOOST_TEST(under.client.ask("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").status == 204);
}

BOOST_AUTO_TEST_CASE(head_is_get_without_the_body) {
    test::plain_server under;
    const auto get = under.client.ask(get_request("/livez"));
    const auto head = under.client.ask("HEAD /livez HTTP/1.1\r\nHost: a\r\n\r\n", false);
    BOOST_TEST(get.body == "ok");
    BOOST_TEST(head.status == 200);
    BOOST_TEST(head.field("content-length") == "2");
    BOOST_TEST(head.field("content-type") == get.field("content-type"));
    const auto missing = under.client.ask("HEAD /nowhere HTTP/1.1\r\nHost: a\r\n\r\n", false);
    BOOST_TEST(missing.status == 404);
    BOOST_TEST(under.client.ask(get_request("/readyz")).body == "ok");
}

BOOST_AUTO_TEST_CASE(http_1_0_closes_unless_asked_to_keep_the_connection) {
    test::plain_server under;
    const auto kept = under.client.ask("GET /livez HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n");
    BOOST_TEST(kept.status == 200);
    BOOST_TEST(kept.field("connection") == "keep-alive");
    const auto last = under.client.ask("GET /livez HTTP/1.0\r\n\r\n");
    BOOST_TEST(last.status == 200);
    BOOST_TEST(last.field("connection") == "close");
    BOOST_TEST(under.client.at_end());
}

BOOST_AUTO_TEST_CASE(a_client_may_ask_to_close) {
    test::plain_server under;
    const auto answer = under.client.ask(get_request("/livez", "Connection: x, CLOSE\r\n"));
    BOOST_TEST(answer.status == 200);
    BOOST_TEST(answer.field("connection") == "close");
    BOOST_TEST(under.client.at_end());
}

BOOST_AUTO_TEST_CASE(a_client_may_end_its_half_and_still_gets_its_answer) {
    test::plain_server under;
    under.client.send(execute_request(get_json("k")));
    under.client.finish_sending();
    BOOST_TEST(under.client.read().body == R"({"results":["k"]})");
    BOOST_TEST(under.client.at_end());
}

struct torso {
    std::string request;
    const char* lacks;
};
std::ostream& operator<<(std::ostream& out, const torso& one) { return out << one.lacks; }

const std::string chunked_head =
    "POST /v1/execute HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";

const torso torsos[] = {
    {"GET /livez HT", "the request ends within its header"},
    {"GET /livez HTTP/1.1\r\nHost: a\r\n", "the request ends within its header"},
    {"POST /v1/execute HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n",
     "the body ends after 0 of 9 bytes"},
    {"POST /v1/execute HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n1234",
     "the body ends after 4 of 9 bytes"},
    {chunked_head + "3\r\nabc", "the request ends before the last chunk of its body"},
    {chunked_head + "3\r\nabc\r\n0\r\n", "the request ends before the last chunk of its body"},
};

BOOST_DATA_TEST_CASE(a_request_cut_short_is_told_what_it_lacks, bdata::make(torsos)) {
    test::plain_server under;
    under.client.send(sample.request);
    under.client.finish_sending();
    const auto answer = under.client.read();
    BOOST_TEST(answer.status == 400);
    BOOST_TEST(answer.field("connection") == "close");
    const json::value body = json::parse(answer.body);
    BOOST_TEST(body.at("code").as_string() == "bad_request");
    BOOST_TEST(body.at("error").as_string() == sample.lacks);
    BOOST_TEST(under.client.at_end());
    BOOST_TEST(under.engine.executed() == 0U);
}

BOOST_AUTO_TEST_CASE(a_client_that_asks_nothing_is_told_nothing) {
    test::plain_server under;
    BOOST_TEST(under.client.ask(get_request("/livez")).status == 200);
    under.client.finish_sending();
    BOOST_TEST(under.client.at_end());
}

BOOST_AUTO_TEST_CASE(what_follows_a_close_is_not_served) {
    test::plain_server under;
    const auto closing = execute_request(get_json("a"), "Connection: close\r\n");
    under.client.send(closing + execute_request(get_json("b")));
    BOOST_TEST(under.client.read().body == R"({"results":["a"]})");
    BOOST_TEST(under.client.at_end());
    BOOST_TEST(under.engine.executed() == 1U);
}

BOOST_AUTO_TEST_CASE(a_refusal_reaches_a_client_that_is_still_sending) {
    test::plain_server under;
    under.client.send("GET /livez HTTP/1.1\r\n\r\n");
    const std::string more(64 * 1024, 'x');
    for (int i = 0; i < 16; ++i) under.client.try_send(more);
    BOOST_TEST(under.client.read().status == 400);
}

BOOST_AUTO_TEST_CASE(head_is_refused_without_a_body) {
    test::plain_server under;
    const auto answer = under.client.ask(
        "HEAD /livez HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n",
        false
    );
    BOOST_TEST(answer.status == 413);
    BOOST_TEST(under.client.at_end());
}

BOOST_AUTO_TEST_CASE(a_client_that_waits_for_100_continue_is_told_to_send) {
    test::plain_server under;
    const std::string body = get_json("k");
    const std::string whole = execute_request(body, "Expect: 100-continue\r\n");
    const std::string head = whole.substr(0, whole.size() - body.size());
    BOOST_TEST(under.client.ask(head).status == 100);
    BOOST_TEST(under.client.ask(body).body == R"({"results":["k"]})");
    BOOST_TEST(under.client.ask(whole).status == 200);  // nothing to wait for: no 100
}

BOOST_AUTO_TEST_CASE(a_body_that_will_not_be_read_is_not_asked_for) {
    test::plain_server under;
    const auto answer = under.client.ask(
        "POST /v1/execute HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: "
        "99999999\r\n\r\n"
    );
    BOOST_TEST(answer.status == 413);
    BOOST_TEST(under.client.at_end());
}

struct vain_request {
    const char* line;
    const char* origin;
    int status;
};
std::ostream& operator<<(std::ostream& out, const vain_request& one) { return out << one.line; }

const vain_request vain_requests[] = {
    {"POST /nowhere", "http://localhost", 404},
    {"PUT /v1/execute", "http://localhost", 405},
    {"HEAD /v1/execute", "http://localhost", 405},
    {"POST /v1/execute", "http://evil.example", 403},
};

BOOST_DATA_TEST_CASE(a_body_in_vain_is_not_asked_for, bdata::make(vain_requests)) {
    test::plain_server under;
    const auto answer = under.client.ask(
        std::string{sample.line} + " HTTP/1.1\r\nHost: localhost\r\nOrigin: " + sample.origin +
            "\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n",
        !std::string_view{sample.line}.starts_with("HEAD")
    );
    BOOST_TEST(answer.status == sample.status);
    BOOST_TEST(answer.field("connection") == "close");
    BOOST_TEST(answer.fields.contains("allow") == (sample.status == 405));
    under.client.try_send("123456789");
    BOOST_TEST(under.client.at_end());
}

BOOST_AUTO_TEST_CASE(every_answer_has_a_date) {
    test::plain_server under;
    const auto date = under.client.ask(get_request("/livez")).field("date");
    BOOST_TEST(date.size() == 29U);
    BOOST_TEST(date.ends_with(" GMT"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace memstore
