#include "http/bulk_json.hpp"

#include "base/base64.hpp"
#include "base/limits.hpp"
#include "support/json_oracle.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <ostream>
#include <random>
#include <string>
#include <string_view>

namespace memstore::http {
namespace {

namespace bdata = boost::unit_test::data;
using namespace std::string_view_literals;

constexpr std::size_t value_bytes_max = 1000;

base::moment moment_of(std::int64_t ms) { return base::moment{std::chrono::milliseconds{ms}}; }

std::string line_of(const bulk_entry& one) {
    std::string line;
    append_line(line, one);
    return line;
}

struct written {
    bulk_entry entry;
    std::string_view line;
};

std::ostream& operator<<(std::ostream& out, const written& one) { return out << one.line; }

const written lines[] = {
    {{"k", "v", base::never, 7}, R"({"key":"k","value":"v","version":7})"},
    {{"", "", base::never, {}}, R"({"key":"","value":""})"},
    {{"k", "v", moment_of(1700000000123), 18446744073709551ULL},
     R"({"key":"k","value":"v","version":18446744073709551,"expires_at_ms":1700000000123})"},
    {{"\"\\\n", "\u20AC", base::never, {}}, R"({"key":"\"\\\n","value":"€"})"},
    {{"\xFF", "\x00\xFE"sv, base::never, 1},
     R"({"key":{"base64":"/w=="},"value":{"base64":"AP4="},"version":1})"},
};

struct refused {
    std::string_view line;
    errc code;
    std::string_view what;
};

std::ostream& operator<<(std::ostream& out, const refused& one) { return out << one.line; }

const refused refusals[] = {
    {"", errc::malformed_json, "unexpected end, at byte 0"},
    {R"({"key":"k")", errc::malformed_json, "unexpected end, at byte 10"},
    {R"({"key":"k","value":"v"} {})", errc::malformed_json, "text after the document, at byte 24"},
    {"{\"key\":\"\xFF\",\"value\":\"v\"}", errc::malformed_json, "syntax error, at byte 8"},
    {R"({"key":"\ud800","value":"v"})", errc::malformed_json, "syntax error, at byte 14"},
    {R"("text")", errc::bad_argument, "a line must be an object"},
    {R"([{"key":"k","value":"v"}])", errc::bad_argument, "a line must be an object"},
    {"17", errc::bad_argument, "a line must be an object"},
    {R"({})", errc::bad_argument, "\"key\" is missing"},
    {R"({"value":"v"})", errc::bad_argument, "\"key\" is missing"},
    {R"({"key":"k"})", errc::bad_argument, "\"value\" is missing"},
    {R"({"key":"k","valu":"v"})", errc::bad_argument, "unknown member \"valu\""},
    {R"({"Key":"k","value":"v"})", errc::bad_argument, "unknown member \"Key\""},
    {R"({"key":"k","key":"k","value":"v"})", errc::bad_argument, "duplicate member \"key\""},
    {R"({"key":5,"value":"v"})",
     errc::bad_argument,
     "\"key\" must be a string, or {\"base64\": \"...\"}"},
    {R"({"key":"k","value":null})",
     errc::bad_argument,
     "\"value\" must be a string, or {\"base64\": \"...\"}"},
    {R"({"key":"k","value":{}})",
     errc::bad_argument,
     "\"value\" must be a string, or {\"base64\": \"...\"}"},
    {R"({"key":"k","value":{"base64":"YQ==","base64":"YQ=="}})",
     errc::bad_argument,
     "\"value\" must be a string, or {\"base64\": \"...\"}"},
    {R"({"key":"k","value":{"base64":{"base64":"YQ=="}}})",
     errc::bad_argument,
     "\"value\" must be a string, or {\"base64\": \"...\"}"},
    {R"({"key":"k","value":{"utf8":"v"}})",
     errc::bad_argument,
     "\"value\" must be a string, or {\"base64\": \"...\"}"},
    {R"({"key":{"base64":"YQ="},"value":"v"})", errc::bad_argument, "\"key\" is not base64"},
    {R"({"key":"k","value":"v","version":-1})",
     errc::bad_argument,
     "\"version\" must be a whole number"},
    {R"({"key":"k","value":"v","version":"1"})",
     errc::bad_argument,
     "\"version\" must be a whole number"},
    {R"({"key":"k","value":"v","version":1.5})",
     errc::bad_argument,
     "\"version\" must be a whole number"},
    {R"({"key":"k","value":"v","expires_at_ms":9223372036854775807})",
     errc::bad_argument,
     "\"expires_at_ms\" must be a whole number less than 2^63 - 1"},
    {R"({"key":"k","value":"v","expires_at_ms":null})",
     errc::bad_argument,
     "\"expires_at_ms\" must be a whole number less than 2^63 - 1"},
    {R"({"end":false,"count":1})", errc::bad_argument, "\"end\" must be true"},
    {R"({"end":true,"count":-1})", errc::bad_argument, "\"count\" must be a whole number"},
    {R"({"end":true})", errc::bad_argument, "the last line has \"end\" and \"count\" alone"},
    {R"({"end":true,"count":1,"key":"k","value":"v"})",
     errc::bad_argument,
     "the last line has \"end\" and \"count\" alone"},
};

std::string random_bytes(std::mt19937_64& random) {
    constexpr std::string_view pieces[] = {"a", "\"", "\\", "\n", "\0"sv, "\u00E9", "\xFF", "{"};
    std::string text;
    for (auto left = random() % 12; left > 0; --left) text += pieces[random() % std::size(pieces)];
    return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(bulk_lines)

BOOST_DATA_TEST_CASE(an_entry_is_written_and_read_back, bdata::make(lines)) {
    BOOST_TEST(line_of(sample.entry) == std::string{sample.line} + "\n");
    line_decoder decoder{value_bytes_max};
    const auto read = decoder.decode(sample.line);
    BOOST_REQUIRE(read.has_value());
    BOOST_TEST((std::get<bulk_entry>(*read) == sample.entry));
}

BOOST_AUTO_TEST_CASE(the_end_is_written_and_read_back) {
    std::string line;
    append_line(line, bulk_end{1'000'000});
    BOOST_TEST(line == "{\"end\":true,\"count\":1000000}\n");
    line_decoder decoder{value_bytes_max};
    const auto read = decoder.decode(R"( {"count" : 1000000, "end" : true} )");
    BOOST_REQUIRE(read.has_value());
    BOOST_TEST((std::get<bulk_end>(*read) == bulk_end{1'000'000}));
}

BOOST_AUTO_TEST_CASE(members_come_in_any_order_and_texts_in_any_form) {
    line_decoder decoder{value_bytes_max};
    const auto read = decoder.decode(
        "{\"expires_at_ms\":5,\"value\":{\"base64\":\"\\u0059Q==\"},\"key\":\"\\u0061\\\"b\"}\r"
    );
    BOOST_REQUIRE(read.has_value());
    BOOST_TEST((std::get<bulk_entry>(*read) == bulk_entry{"a\"b", "a", moment_of(5), {}}));
}

BOOST_DATA_TEST_CASE(what_is_wrong_is_named, bdata::make(refusals)) {
    line_decoder decoder{value_bytes_max};
    const auto read = decoder.decode(sample.line);
    BOOST_REQUIRE(!read.has_value());
    BOOST_TEST(name_of(read.error().code) == name_of(sample.code));
    BOOST_TEST(read.error().what == sample.what);
    BOOST_TEST(decoder.decode(lines[0].line).has_value());
}

BOOST_AUTO_TEST_CASE(keys_and_values_have_their_limits) {
    line_decoder decoder{value_bytes_max};
    const std::string key(base::key_bytes_max, '\xFF');
    const std::string value(value_bytes_max, '\0');
    BOOST_TEST(decoder.decode(line_of({key, value})).has_value());
    const auto long_key = decoder.decode(line_of({key + "k", value}));
    BOOST_REQUIRE(!long_key.has_value());
    BOOST_TEST(long_key.error().violated->actual == base::key_bytes_max + 1);
    const auto long_value = decoder.decode(line_of({key, value + "v"}));
    BOOST_REQUIRE(!long_value.has_value());
    BOOST_TEST(long_value.error().violated->limit == value_bytes_max);
    BOOST_TEST(long_value.error().violated->actual == value_bytes_max + 1);
    BOOST_TEST(long_value.error().violated->option == "limits.body");
    const std::string controls(base::key_bytes_max, '\x01');
    const std::string longest =
        line_of({controls, std::string(value_bytes_max, '\x01'), moment_of(1'700'000'000'000), 1});
    BOOST_TEST(longest.size() <= line_decoder::line_bytes_max(value_bytes_max));
    BOOST_TEST(decoder.decode(longest).has_value());
}

BOOST_AUTO_TEST_CASE(a_long_line_leaves_nothing) {
    line_decoder decoder{value_bytes_max};
    BOOST_TEST(decoder.decode(line_of({std::string(60'000, '\n'), "v"})).has_value());
    BOOST_TEST(decoder.capacity() >= 60'000U);
    decoder.trim();
    BOOST_TEST(decoder.capacity() <= 65'536U);
    BOOST_TEST(decoder.decode(lines[4].line).has_value());
}

BOOST_DATA_TEST_CASE(any_entry_is_read_back, bdata::xrange(500), seed) {
    std::mt19937_64 random(static_cast<unsigned>(seed));
    line_decoder decoder{value_bytes_max};
    for (int i = 0; i < 20; ++i) {
        const std::string key = random_bytes(random);
        const std::string value = random_bytes(random);
        bulk_entry entry{key, value};
        if (random() % 2 == 0) entry.version = random() >> 1;
        if (random() % 2 == 0) entry.deadline = moment_of(static_cast<std::int64_t>(random() >> 2));
        const std::string line = line_of(entry);
        BOOST_TEST(test::is_json_object(line, 2));
        BOOST_TEST(line.find('\n') == line.size() - 1);
        const auto read = decoder.decode(std::string_view{line}.substr(0, line.size() - 1));
        BOOST_REQUIRE(read.has_value());
        BOOST_REQUIRE((std::get<bulk_entry>(*read) == entry));
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace memstore::http
