#include "http/query.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <limits>
#include <ostream>
#include <random>
#include <string>

namespace memstore::http {
namespace {

namespace bdata = boost::unit_test::data;
using namespace std::string_literals;

struct parsed_query {
    std::optional<std::string> prefix;
    std::optional<std::string> limit;
    result<void> outcome;

    explicit parsed_query(std::string_view query)
        : outcome(read_query(query, {{"prefix", prefix}, {"limit", limit}})) {}

    std::string error() const { return outcome ? std::string{} : outcome.error().what; }
};

struct fault {
    const char* query;
    const char* what;
};
std::ostream& operator<<(std::ostream& out, const fault& one) { return out << one.query; }

const fault faults[] = {
    {"prefx=a", "unknown query parameter \"prefx\""},
    {"Prefix=a", "unknown query parameter \"Prefix\""},
    {"=a", "unknown query parameter \"\""},
    {"%22%ff=1", "unknown query parameter of the query"},
    {"prefix=a&limit=1&prefix=a", "query parameter \"prefix\" is given twice"},
    {"prefix=a&%70refix=b", "query parameter \"prefix\" is given twice"},
    {"prefix", "query parameter \"prefix\" has no value"},
    {"limit=1&prefix", "query parameter \"prefix\" has no value"},
    {"prefix=%", "query parameter \"prefix\" has a value that is not percent-encoded"},
    {"prefix=%4", "query parameter \"prefix\" has a value that is not percent-encoded"},
    {"prefix=%4&1", "query parameter \"prefix\" has a value that is not percent-encoded"},
    {"%zz=1", "query parameter \"%zz\" is not percent-encoded"},
};

BOOST_AUTO_TEST_SUITE(query)

BOOST_AUTO_TEST_CASE(pairs_are_decoded_by_name) {
    const parsed_query both{"limit=10&prefix=a%2Fb"};
    BOOST_TEST(both.outcome.has_value());
    BOOST_TEST(both.prefix.value() == "a/b");
    BOOST_TEST(both.limit.value() == "10");
    const parsed_query none{""};
    BOOST_TEST(none.outcome.has_value());
    BOOST_TEST(!none.prefix);
    BOOST_TEST(parsed_query{"prefix="}.prefix.value() == "");
    BOOST_TEST(parsed_query{"&&prefix=x&"}.prefix.value() == "x");
    BOOST_TEST(parsed_query{"prefix=a=b?c"}.prefix.value() == "a=b?c");
}

BOOST_AUTO_TEST_CASE(a_plus_is_a_plus) {
    BOOST_TEST(parsed_query{"prefix=a+b%2B%20"}.prefix.value() == "a+b+ ");
}

BOOST_AUTO_TEST_CASE(separators_can_be_escaped) {
    BOOST_TEST(parsed_query{"prefix=%26limit%3D1%00"}.prefix.value() == "&limit=1\0"s);
}

BOOST_DATA_TEST_CASE(what_means_nothing_is_named, bdata::make(faults)) {
    const parsed_query one{sample.query};
    BOOST_TEST(one.error() == sample.what);
    BOOST_TEST((one.outcome.error().code == errc::bad_argument));
}

BOOST_DATA_TEST_CASE(any_text_is_read_or_refused, bdata::xrange(3000), seed) {
    std::mt19937 random(static_cast<unsigned>(seed));
    static const std::string parts[] =
        {"prefix", "limit", "=", "&", "%", "%70", "%2", "x", "\xff", "%00", "+", "?"};
    std::string text;
    for (auto i = random() % 8; i > 0; --i) text += parts[random() % std::size(parts)];
    const parsed_query one{text};
    if (one.outcome) {
        const std::size_t values = (one.prefix ? 1 : 0) + (one.limit ? 1 : 0);
        const bool any = text.find_first_not_of('&') != std::string::npos;
        BOOST_TEST((values > 0) == any);
    } else {
        BOOST_TEST(one.error().find("query parameter ") != std::string::npos);
    }
}

BOOST_AUTO_TEST_CASE(flags_are_true_or_false) {
    BOOST_TEST(flag_of("f", "true").value());
    BOOST_TEST(!flag_of("f", "false").value());
    for (const char* text : {"", "1", "True", "true "}) {
        BOOST_TEST(
            flag_of("f", text).error().what == "query parameter \"f\" must be true or false"
        );
    }
}

BOOST_AUTO_TEST_CASE(numbers_are_digits_within_their_bounds) {
    constexpr std::uint64_t largest = std::numeric_limits<std::uint64_t>::max();
    BOOST_TEST(number_of("n", "0", 0, 9).value() == 0U);
    BOOST_TEST(number_of("n", "007", 0, 9).value() == 7U);
    BOOST_TEST(number_of("n", "18446744073709551615", 0, largest).value() == largest);
    for (const char* text :
         {"", "-1", "+1", " 1", "1 ", "1.0", "0x1", "1e3", "0", "10", "18446744073709551616"}) {
        const auto read = number_of("n", text, 1, 9);
        BOOST_TEST(read.error().what == "query parameter \"n\" must be a whole number from 1 to 9");
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace memstore::http
