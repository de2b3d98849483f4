#include "base/base64.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <optional>
#include <ostream>
#include <random>
#include <string>
#include <string_view>

namespace memstore::base {
namespace {

namespace bdata = boost::unit_test::data;
using namespace std::string_view_literals;

std::string encoded(std::string_view bytes) {
    std::string out;
    append_base64(out, bytes);
    return out;
}

std::optional<std::string> decoded(std::string_view text) {
    std::string out(base64_decoded_bytes_max(text.size()), '\0');
    const auto bytes = decode_base64(text, out.data());
    if (!bytes) return std::nullopt;
    out.resize(*bytes);
    return out;
}

struct pair {
    std::string_view bytes;
    std::string_view text;
};

std::ostream& operator<<(std::ostream& out, const pair& sample) { return out << sample.text; }

const pair pairs[] = {
    {"", ""},
    {"f", "Zg=="},
    {"fo", "Zm8="},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg=="},
    {"fooba", "Zm9vYmE="},
    {"foobar", "Zm9vYmFy"},
    {"\x00"sv, "AA=="},
    {"\x00\x00\x00"sv, "AAAA"},
    {"\xFF", "/w=="},
    {"\xFF\xFF\xFF", "////"},
    {"\xFB\xEF\xBE", "++++"},
};

const std::string_view not_base64[] = {
    "Z",         "Zg",       "Zm9",    "Zg=",    "Z===",     "====",     "=Zm9",  "Zm=v",
    "Zm9v=",     "Zg==Zg==", "Zg==\n", "Zm9v\n", " Zm9v",    "Zm 9",     "Zm9-",  "Zm9_",
    "Zm9\x00"sv, "Zm9\xFF",  "Zh==",   "Zm9=",   "Zm8=Zm8=", "Zg======", "Zm9v,", "Zm9vZm9",
};

std::string random_text(
    std::mt19937_64& random,
    std::string_view alphabet,
    std::size_t length_max
) {
    std::string text(random() % (length_max + 1), '\0');
    for (char& c : text) c = alphabet[random() % alphabet.size()];
    return text;
}

std::string random_bytes(std::mt19937_64& random) {
    std::string bytes(random() % 100, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    return bytes;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(base64)

BOOST_DATA_TEST_CASE(encodes_as_the_rfc_says, bdata::make(pairs)) {
    BOOST_TEST(encoded(sample.bytes) == sample.text);
}

BOOST_DATA_TEST_CASE(decodes_as_the_rfc_says, bdata::make(pairs)) {
    BOOST_TEST((decoded(sample.text) == sample.bytes));
}

BOOST_DATA_TEST_CASE(refuses_what_is_not_base64, bdata::make(not_base64)) {
    BOOST_TEST(!decoded(sample).has_value());
}

BOOST_AUTO_TEST_CASE(appends_to_what_is_there) {
    std::string out = "before ";
    append_base64(out, "foo");
    BOOST_TEST(out == "before Zm9v");
}

BOOST_DATA_TEST_CASE(gives_every_byte_string_back, bdata::xrange(200), seed) {
    std::mt19937_64 random(static_cast<unsigned>(seed));
    const std::string bytes = random_bytes(random);
    BOOST_TEST((decoded(encoded(bytes)) == bytes));
}

BOOST_DATA_TEST_CASE(decodes_in_place, bdata::xrange(50), seed) {
    std::mt19937_64 random(static_cast<unsigned>(seed));
    const std::string bytes = random_bytes(random);
    std::string text = encoded(bytes);
    const auto length = decode_base64(text, text.data());
    BOOST_REQUIRE(length.has_value());
    BOOST_TEST(text.substr(0, *length) == bytes);
}

BOOST_DATA_TEST_CASE(has_one_encoding_only_for_each_byte_string, bdata::xrange(50), seed) {
    std::mt19937_64 random(static_cast<unsigned>(seed));
    int accepted = 0;
    for (int i = 0; i < 2000; ++i) {
        const std::string text = random_text(random, "AQgwZ/+=", 8);
        const auto bytes = decoded(text);
        if (!bytes) continue;
        ++accepted;
        BOOST_TEST(encoded(*bytes) == text);
    }
    BOOST_TEST(accepted > 100);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace memstore::base
