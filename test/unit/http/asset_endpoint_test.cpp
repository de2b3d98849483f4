#include "http/asset_endpoint.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace memstore::http {
namespace {

constexpr asset page{
    .path = "/page",
    .content_type = "text/html",
    .bytes = "<p>hello</p>",
    .more_fields = "X-One: 1\r\n"};

response ask(const asset& what, std::string_view fields = {}, std::string_view query = {}) {
    request asked;
    asked.method = "GET";
    asked.path = what.path;
    asked.query = query;
    asked.fields = field_block{fields};
    response answer;
    asset_endpoint one{what};
    BOOST_TEST((one.answer(asked, answer) == nullptr));
    return answer;
}

std::string if_none_match(std::uint64_t tag) {
    return "If-None-Match: \"" + std::to_string(tag) + "\"\r\n";
}

BOOST_AUTO_TEST_SUITE(asset_endpoint_)

BOOST_AUTO_TEST_CASE(its_bytes_are_given_as_they_are) {
    const response answer = ask(page);
    BOOST_TEST((answer.code == status::ok));
    BOOST_TEST(answer.body == page.bytes);
    BOOST_TEST(answer.content_type == page.content_type);
    BOOST_TEST(answer.more_fields == page.more_fields);
    BOOST_TEST(answer.entity_tag != 0U);
}

BOOST_AUTO_TEST_CASE(who_has_them_is_not_given_them_again) {
    const std::uint64_t tag = ask(page).entity_tag;
    const response answer = ask(page, if_none_match(tag));
    BOOST_TEST((answer.code == status::not_modified));
    BOOST_TEST(answer.body.empty());
    BOOST_TEST(answer.entity_tag == tag);
    BOOST_TEST((ask(page, if_none_match(tag + 1)).code == status::ok));
    BOOST_TEST((ask(page, "If-None-Match: W/\"x\", *\r\n").code == status::bad_request));
}

BOOST_AUTO_TEST_CASE(other_bytes_have_another_tag) {
    const std::uint64_t tag = ask(page).entity_tag;
    for (const std::string_view bytes : {"<p>hellp</p>", "<p>hello</p> ", ""}) {
        asset other = page;
        other.bytes = bytes;
        BOOST_TEST(ask(other).entity_tag != tag);
    }
}

BOOST_AUTO_TEST_CASE(it_takes_no_parameters) {
    const response answer = ask(page, {}, "a=b");
    BOOST_TEST((answer.code == status::bad_request));
    BOOST_TEST(answer.more_fields.empty());
}

BOOST_AUTO_TEST_CASE(whoever_has_no_token_may_ask_but_not_from_any_page) {
    const route made = asset_route(page);
    BOOST_TEST(made.needs_no_token);
    BOOST_TEST(!made.for_everybody);
    BOOST_TEST((made.find("GET") != nullptr && made.find("HEAD") != nullptr));
    BOOST_TEST((made.find("POST") == nullptr));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace memstore::http
