#include "http/response.hpp"

#include "http/date.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace memstore::http {
namespace {

std::string without_date(std::string text) {
    const std::size_t date = text.find("Date: ");
    return text.erase(date, text.find("\r\n", date) + 2 - date);
}

std::string wire(const response& answer, const framing& how = {}) {
    std::string out;
    append_response(out, answer, how);
    return without_date(out);
}

BOOST_AUTO_TEST_SUITE(response_)

BOOST_AUTO_TEST_CASE(an_answer_is_written_as_one_piece) {
    response answer;
    answer.body = "{}";
    answer.version = 18446744073709551615U;
    BOOST_TEST(
        wire(answer) ==
        "HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: 2\r\n"
        "Memstore-Version: 18446744073709551615\r\n\r\n{}"
    );
}

BOOST_AUTO_TEST_CASE(its_framing_follows_the_request) {
    response answer;
    answer.assign_text(status::ok, "ok");
    BOOST_TEST(
        wire(answer, {.keep_alive = false}).find("Connection: close\r\n") != std::string::npos
    );
    BOOST_TEST(
        wire(answer, {.http_1_1 = false}).find("Connection: keep-alive\r\n") != std::string::npos
    );
    const std::string head = wire(answer, {.body_left_out = true});
    BOOST_TEST(head.find("Content-Length: 2\r\n") != std::string::npos);
    BOOST_TEST(head.ends_with("\r\n\r\n"));
}

BOOST_AUTO_TEST_CASE(a_value_is_described) {
    response answer;
    answer.content_type = bytes_type;
    answer.body = "<b>";
    answer.version = 20;
    answer.entity_tag = 17;
    answer.ttl_ms = 0;
    answer.more_fields = foreign_bytes_fields;
    BOOST_TEST(
        wire(answer) ==
        "HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: 3\r\n"
        "Memstore-Version: 20\r\nETag: \"17\"\r\nMemstore-TTL-Ms: 0\r\n"
        "X-Content-Type-Options: nosniff\r\nContent-Security-Policy: sandbox\r\n\r\n<b>"
    );
}

BOOST_AUTO_TEST_CASE(some_answers_have_no_body_and_say_nothing_of_one) {
    response answer;
    answer.entity_tag = 17;
    answer.body = "not to be sent";
    answer.code = status::not_modified;
    BOOST_TEST(wire(answer) == "HTTP/1.1 304 Not Modified\r\nETag: \"17\"\r\n\r\n");
    answer.code = status::no_content;
    BOOST_TEST(wire(answer) == "HTTP/1.1 204 No Content\r\nETag: \"17\"\r\n\r\n");
    answer.code = status::created;
    answer.content_type = {};
    answer.body.clear();
    BOOST_TEST(wire(answer) == "HTTP/1.1 201 Created\r\nContent-Length: 0\r\nETag: \"17\"\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(nothing_of_an_answer_stays_for_the_next) {
    response answer;
    answer.assign(problem{status::not_found, "not_found", "no", limit_violation{1, 2, "x"}});
    answer.version = 7;
    answer.entity_tag = 8;
    answer.ttl_ms = 9;
    answer.more_fields = no_store_field;
    answer.allow = "GET";
    answer.cross_origin = "http://a";
    answer.request_id = "me";
    answer.preflight = true;
    answer.clear();
    BOOST_TEST(wire(answer) == wire(response{}));
}

BOOST_AUTO_TEST_CASE(every_refusal_has_a_status) {
    BOOST_TEST((status_of(errc::malformed_json) == status::bad_request));
    BOOST_TEST((status_of(errc::empty_request) == status::bad_request));
    BOOST_TEST((status_of(errc::unknown_command) == status::bad_request));
    BOOST_TEST((status_of(errc::bad_argument) == status::bad_request));
    BOOST_TEST((status_of(errc::too_many_commands) == status::body_too_large));
    BOOST_TEST((status_of(errc::answer_too_large) == status::body_too_large));
    BOOST_TEST((status_of(errc::overloaded) == status::unavailable));
    BOOST_TEST((status_of(errc::memory_limit) == status::insufficient_storage));
    BOOST_TEST((status_of(errc::layout_changing) == status::conflict));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace memstore::http
