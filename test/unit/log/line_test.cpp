#include "log/line.hpp"

#include <boost/json/parse.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

using namespace memstore;
using namespace std::chrono_literals;

namespace {

constexpr base::moment some_time = std::chrono::sys_days{2026y / 1 / 2} + 3h + 4min + 5s + 678ms;

std::string text(std::string_view event, const std::vector<log::field>& facts) {
    std::string line;
    log::append_text_line(line, some_time, log::level::info, event, facts);
    return line;
}

boost::json::object json(std::string_view event, const std::vector<log::field>& facts) {
    std::string line;
    log::append_json_line(line, some_time, log::level::warn, event, facts);
    return boost::json::parse(line).as_object();
}

std::string random_bytes(std::mt19937_64& random) {
    std::string bytes(random() % 24, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    return bytes;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(line)

BOOST_AUTO_TEST_CASE(text_is_time_level_event_and_fields) {
    const auto line = text("listening", {{"address", "127.0.0.1"}, {"port", std::uint64_t{8000}}});
    BOOST_TEST(line == "2026-01-02T03:04:05.678Z info listening address=127.0.0.1 port=8000");
}

BOOST_AUTO_TEST_CASE(text_shows_every_kind_of_value) {
    const auto line =
        text("x", {{"i", std::int64_t{-5}}, {"d", 1.5}, {"b", true}, {"u", std::uint64_t{7}}});
    BOOST_TEST(line.ends_with(" x i=-5 d=1.5 b=true u=7"));
}

BOOST_AUTO_TEST_CASE(text_quotes_what_could_be_misread) {
    BOOST_TEST(text("x", {{"v", ""}}).ends_with(R"( v="")"));
    BOOST_TEST(text("x", {{"v", "a b"}}).ends_with(R"( v="a b")"));
    BOOST_TEST(text("x", {{"v", "a=b"}}).ends_with(R"( v="a=b")"));
    BOOST_TEST(text("x", {{"v", "\"\\"}}).ends_with(R"( v="\"\\")"));
    BOOST_TEST(text("x", {{"v", "a\nb\r\t\x1b\x7f"}}).ends_with(R"( v="a\nb\r\t\x1b\x7f")"));
    BOOST_TEST(text("x", {{"v", "gr\xc3\xbc\xc3\x9f"}}).ends_with(" v=gr\xc3\xbc\xc3\x9f"));
    BOOST_TEST(text("x", {{"v", "a\u0080\u009bb"}}).ends_with(R"( v="a\xc2\x80\xc2\x9bb")"));
    BOOST_TEST(text("x", {{"v", "\u00a0\u07ff"}}).ends_with(" v=\u00a0\u07ff"));
    BOOST_TEST(text("x", {{"v", "\xff\xc3"}}).ends_with(R"( v="\xff\xc3")"));
}

BOOST_AUTO_TEST_CASE(json_is_an_object_with_the_same_facts) {
    const auto line =
        json("slow", {{"ms", 12.5}, {"n", std::uint64_t{18446744073709551615U}}, {"ok", false}});
    BOOST_TEST(line.at("time").as_string() == "2026-01-02T03:04:05.678Z");
    BOOST_TEST(line.at("level").as_string() == "warn");
    BOOST_TEST(line.at("event").as_string() == "slow");
    BOOST_TEST(line.at("ms").as_double() == 12.5);
    BOOST_TEST(line.at("n").as_uint64() == 18446744073709551615U);
    BOOST_TEST(!line.at("ok").as_bool());
}

BOOST_AUTO_TEST_CASE(json_keeps_utf8_and_control_characters) {
    const std::string value = "a\"\\\n\t\x01 gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80";
    BOOST_TEST(json("x", {{"v", value}}).at("v").as_string() == value);
}

BOOST_AUTO_TEST_CASE(json_escapes_what_a_terminal_would_heed) {
    const std::string value = "\x7f\u0080\u009f\u00a0";
    BOOST_TEST(json("x", {{"v", value}}).at("v").as_string() == value);
    std::string line;
    const std::vector<log::field> facts{{"v", value}};
    log::append_json_line(line, some_time, log::level::error, "x", facts);
    BOOST_TEST(line.ends_with("\"v\":\"\\u007f\\u0080\\u009f\u00a0\"}"), line);
}

BOOST_AUTO_TEST_CASE(json_has_no_number_for_what_is_none) {
    const double none = std::numeric_limits<double>::quiet_NaN();
    BOOST_TEST(json("x", {{"v", none}}).at("v").is_null());
}

BOOST_AUTO_TEST_CASE(any_bytes_make_one_valid_line) {
    for (unsigned seed = 0; seed < 2000; ++seed) {
        std::mt19937_64 random{seed};
        const std::string name = random_bytes(random);
        const std::string value = random_bytes(random);
        const std::vector<log::field> facts{{name, value}};
        std::string line;
        log::append_json_line(line, some_time, log::level::error, value, facts);
        boost::json::error_code invalid;
        boost::json::parse(line, invalid);
        BOOST_TEST(!invalid, "seed " << seed << ": " << line);
        const auto readable = text("x", {{"v", value}});
        BOOST_TEST(readable.find_first_of("\n\r") == std::string::npos, "seed " << seed);
    }
}

BOOST_AUTO_TEST_SUITE_END()
