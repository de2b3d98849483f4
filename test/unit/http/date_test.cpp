#include "http/date.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <chrono>
#include <ctime>
#include <random>
#include <string_view>

namespace memstore::http {
namespace {

namespace bdata = boost::unit_test::data;

struct written_date {
    std::array<char, 29> text{};
    std::string_view of(std::time_t when) {
        format_date(std::chrono::sys_seconds{std::chrono::seconds{when}}, text.data());
        return {text.data(), text.size()};
    }
};

BOOST_AUTO_TEST_SUITE(date)

BOOST_AUTO_TEST_CASE(is_written_as_http_has_it) {
    written_date date;
    BOOST_TEST(date.of(784111777) == "Sun, 06 Nov 1994 08:49:37 GMT");
    BOOST_TEST(date.of(0) == "Thu, 01 Jan 1970 00:00:00 GMT");
    BOOST_TEST(date.of(1709251199) == "Thu, 29 Feb 2024 23:59:59 GMT");
}

BOOST_DATA_TEST_CASE(agrees_with_the_c_library, bdata::xrange(500), seed) {
    std::mt19937_64 random(static_cast<unsigned>(seed));
    const auto when = static_cast<std::time_t>(random() % 7'000'000'000);
    std::tm parts{};
    BOOST_REQUIRE(::gmtime_r(&when, &parts) != nullptr);
    std::array<char, 64> expected{};
    const std::size_t size =
        std::strftime(expected.data(), expected.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    written_date date;
    BOOST_TEST(date.of(when) == std::string_view(expected.data(), size));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace memstore::http
