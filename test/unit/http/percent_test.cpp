#include "http/percent.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <cstdio>
#include <random>
#include <string>

namespace memstore::http {
namespace {

namespace bdata = boost::unit_test::data;
using namespace std::string_literals;

/// Any bytes, written with every byte escaped, or every one that may be left as it is or not.
std::string encoded(const std::string& bytes, std::mt19937& random) {
    std::string text;
    for (const char c : bytes) {
        if (c != '%' && random() % 2 == 0) {
            text.push_back(c);
            continue;
        }
        std::array<char, 4> escape{};
        const char* const format = random() % 2 == 0 ? "%%%02x" : "%%%02X";
        std::snprintf(escape.data(), escape.size(), format, static_cast<unsigned char>(c));
        text.append(escape.data());
    }
    return text;
}

BOOST_AUTO_TEST_SUITE(percent)

BOOST_AUTO_TEST_CASE(any_byte_can_be_escaped_and_is_decoded_once) {
    BOOST_TEST((percent_decoded("") == ""));
    BOOST_TEST((percent_decoded("a/b c+d") == "a/b c+d"));
    BOOST_TEST((percent_decoded("a%2Fb%2fc") == "a/b/c"));
    BOOST_TEST((percent_decoded("%00%ff") == "\0\xff"s));
    BOOST_TEST((percent_decoded("%252F") == "%2F"));
    BOOST_TEST((percent_decoded("\xc3\xa9%C3%A9") == "\xc3\xa9\xc3\xa9"));
}

BOOST_AUTO_TEST_CASE(a_percent_sign_has_two_digits) {
    for (const char* text :
         {"%", "%a", "a%", "%g0", "%0g", "%%41", "%-1", "% 1", "%+1", "%0x", "a%4"}) {
        BOOST_TEST(!percent_decoded(text));
    }
}

BOOST_DATA_TEST_CASE(whatever_is_encoded_comes_back, bdata::xrange(500), seed) {
    std::mt19937 random(static_cast<unsigned>(seed));
    std::string bytes(random() % 60, '\0');
    for (char& c : bytes) c = static_cast<char>(random());
    BOOST_TEST((percent_decoded(encoded(bytes, random)) == bytes));
}

/// Where there is no escape the text is what it stands for; each escape takes two bytes away.
BOOST_DATA_TEST_CASE(nothing_else_is_touched, bdata::xrange(2000), seed) {
    std::mt19937 random(static_cast<unsigned>(seed));
    std::string text(random() % 12, '\0');
    for (char& c : text) c = "%%%0aAfF9g+/ \xff"[random() % 14];
    const auto decoded = percent_decoded(text);
    std::size_t escapes = 0;
    bool whole = true;
    for (std::size_t at = text.find('%'); at != std::string::npos; at = text.find('%', at + 3)) {
        const std::string digits = text.substr(at + 1, 2);
        whole = whole && digits.size() == 2 &&
                digits.find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
        if (!whole) break;
        ++escapes;
    }
    BOOST_TEST(decoded.has_value() == whole);
    if (decoded) BOOST_TEST(decoded->size() == text.size() - 2 * escapes);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace memstore::http
