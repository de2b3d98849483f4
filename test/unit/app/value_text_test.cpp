#include "app/value_text.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <ostream>

using namespace memstore;
using namespace std::chrono_literals;
namespace bdata = boost::unit_test::data;

namespace {

struct size_sample {
    const char* text;
    std::optional<std::uint64_t> bytes;
};
std::ostream& operator<<(std::ostream& out, const size_sample& sample) {
    return out << sample.text;
}

struct duration_sample {
    const char* text;
    std::optional<std::chrono::milliseconds> time;
};
std::ostream& operator<<(std::ostream& out, const duration_sample& sample) {
    return out << sample.text;
}

const size_sample sizes[] = {
    {"0", 0},
    {"123", 123},
    {"2k", 2048},
    {"32KiB", 32768},
    {"16MiB", 16777216},
    {"16mib", 16777216},
    {"1m", 1048576},
    {"3GiB", 3221225472},
    {"18446744073709551615", 18446744073709551615U},
    {"18446744073709551616", std::nullopt},
    {"18014398509481984k", std::nullopt},
    {"", std::nullopt},
    {"k", std::nullopt},
    {"16MB", std::nullopt},
    {"16 MiB", std::nullopt},
    {"1.5MiB", std::nullopt},
    {"-1", std::nullopt},
    {"0x10", std::nullopt},
};

const duration_sample durations[] = {
    {"0", 0ms},
    {"10", 10s},
    {"500ms", 500ms},
    {"10s", 10s},
    {"2m", 2min},
    {"1h", 1h},
    {"9223372036854775807ms", std::chrono::milliseconds::max()},
    {"9223372036854775808ms", std::nullopt},
    {"9223372036854775807", std::nullopt},
    {"", std::nullopt},
    {"s", std::nullopt},
    {"1d", std::nullopt},
    {"-1s", std::nullopt},
    {"1.5s", std::nullopt},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(value_text)

BOOST_DATA_TEST_CASE(sizes_are_read, bdata::make(sizes)) {
    BOOST_TEST((app::parse_size(sample.text) == sample.bytes));
}

BOOST_DATA_TEST_CASE(durations_are_read, bdata::make(durations)) {
    BOOST_TEST((app::parse_duration(sample.text) == sample.time));
}

BOOST_AUTO_TEST_CASE(numbers_are_digits_alone) {
    BOOST_TEST((app::parse_number("18446744073709551615") == 18446744073709551615U));
    for (const char* const text : {"", " 1", "1 ", "+1", "-1", "1e3", "18446744073709551616"}) {
        BOOST_TEST(!app::parse_number(text).has_value(), text);
    }
}

BOOST_AUTO_TEST_CASE(booleans_are_two_words) {
    BOOST_TEST((app::parse_boolean("true") == true));
    BOOST_TEST((app::parse_boolean("false") == false));
    for (const char* const text : {"", "yes", "1", "TRUE"}) {
        BOOST_TEST(!app::parse_boolean(text).has_value(), text);
    }
}

BOOST_AUTO_TEST_CASE(sizes_are_written_as_they_are_read) {
    for (const std::uint64_t bytes :
         {0ULL, 1ULL, 1023ULL, 1024ULL, 1536ULL, 16777216ULL, 1ULL << 40}) {
        BOOST_TEST((app::parse_size(app::size_text(bytes)) == bytes), bytes);
    }
    BOOST_TEST(app::size_text(16777216) == "16MiB");
    BOOST_TEST(app::size_text(1000) == "1000");
}

BOOST_AUTO_TEST_CASE(durations_are_written_as_they_are_read) {
    for (const std::chrono::milliseconds time : {0ms, 1ms, 999ms, 1000ms, 1001ms, 3600000ms}) {
        BOOST_TEST((app::parse_duration(app::duration_text(time)) == time), time.count());
    }
    BOOST_TEST(app::duration_text(60s) == "60s");
    BOOST_TEST(app::duration_text(1500ms) == "1500ms");
}

BOOST_AUTO_TEST_SUITE_END()
