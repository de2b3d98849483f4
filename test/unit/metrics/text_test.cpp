#include "metrics/text.hpp"

#include "metrics/family.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <prometheus/text_serializer.h>

#include <chrono>
#include <limits>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace memstore::metrics {
namespace {

namespace bdata = boost::unit_test::data;
using families = std::vector<prometheus::MetricFamily>;

std::string text_of(const families& all) {
    std::string out;
    append_text(out, all);
    return out;
}

families one(family made) {
    families all;
    all.push_back(std::move(made).take());
    return all;
}

/// Bytes that mean something in the format, and some that do not.
std::string random_text(std::mt19937_64& random) {
    constexpr std::string_view bytes = "ab\\\"\n {}=,0é";
    std::string text;
    for (std::size_t left = random() % 8; left > 0; --left) text += bytes[random() % bytes.size()];
    return text;
}

/// Without what the library writes as it should not.
double random_value(std::mt19937_64& random) {
    switch (random() % 5) {
    case 0: return 0;
    case 1: return std::numeric_limits<double>::infinity();
    case 2: return static_cast<double>(random() >> 11);
    case 3: return static_cast<double>(random()) / 1e30;
    default: return -static_cast<double>(random() % 1000) / 8;
    }
}

family random_family(std::mt19937_64& random) {
    const std::string help = random() % 2 == 0 ? "" : "Some \"help\".";
    const auto kind = random() % 3;
    family made = kind == 0   ? family::of_counters("some_total", help)
                  : kind == 1 ? family::of_gauges("some", help)
                              : family::of_durations("some_seconds", help);
    for (std::size_t left = random() % 4; left > 0; --left) {
        const std::string first = random_text(random);
        const std::string second = random_text(random);
        if (kind == 2) {
            base::duration_tally took;
            for (std::size_t times = random() % 9; times > 0; --times) {
                took.add(std::chrono::nanoseconds{random() % 20'000'000'000});
            }
            made.add(took.counts(), {{"route", first}, {"method", second}});
        } else if (random() % 2 == 0) {
            made.add(random_value(random), {{"route", first}});
        } else {
            made.add(random_value(random));
        }
    }
    return made;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(text)

BOOST_AUTO_TEST_CASE(a_counter_has_help_a_type_and_a_line_for_each_label) {
    auto made = family::of_counters("answers_total", "Answers, by \\ and\nlines.");
    made.add(3, {{"code", "200"}}).add(0.5, {{"code", "a\"b\\c\nd"}, {"more", ""}});
    BOOST_TEST(
        text_of(one(std::move(made))) ==
        "# HELP answers_total Answers, by \\\\ and\\nlines.\n"
        "# TYPE answers_total counter\n"
        "answers_total{code=\"200\"} 3\n"
        "answers_total{code=\"a\\\"b\\\\c\\nd\",more=\"\"} 0.5\n"
    );
}

BOOST_AUTO_TEST_CASE(a_histogram_counts_up_to_each_bound) {
    using namespace std::chrono_literals;
    base::duration_tally took;
    for (const auto each : {50us, 51us, 20'000'000us}) took.add(each);
    const std::string text =
        text_of(one(std::move(family::of_durations("d", "").add(took.counts()))));
    BOOST_TEST(text.find("d_count 3\n") != std::string::npos, text);
    BOOST_TEST(text.find("d_bucket{le=\"5e-05\"} 1\n") != std::string::npos, text);
    BOOST_TEST(text.find("d_bucket{le=\"0.0001\"} 2\n") != std::string::npos, text);
    BOOST_TEST(text.find("d_bucket{le=\"10\"} 2\n") != std::string::npos, text);
    BOOST_TEST(text.find("d_bucket{le=\"+Inf\"} 3\n") != std::string::npos, text);
    BOOST_TEST(text.find("d_sum 20.000101\n") != std::string::npos, text);
}

BOOST_AUTO_TEST_CASE(what_is_no_number_is_written_so) {
    auto made = family::of_gauges("x", "");
    made.add(std::numeric_limits<double>::quiet_NaN());
    made.add(-std::numeric_limits<double>::infinity());
    BOOST_TEST(text_of(one(std::move(made))) == "# TYPE x gauge\nx NaN\nx -Inf\n");
}

BOOST_AUTO_TEST_CASE(integers_are_exact) {
    auto made = family::of_counters("x_total", "");
    made.add((std::uint64_t{1} << 53) - 1);
    BOOST_TEST(
        text_of(one(std::move(made))) == "# TYPE x_total counter\nx_total 9007199254740991\n"
    );
}

BOOST_DATA_TEST_CASE(it_is_what_the_library_writes, bdata::xrange(300), seed) {
    std::mt19937_64 random(static_cast<unsigned>(seed));
    families all;
    for (std::size_t left = random() % 4; left > 0; --left) {
        all.push_back(std::move(random_family(random)).take());
    }
    BOOST_TEST(text_of(all) == prometheus::TextSerializer{}.Serialize(all));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace memstore::metrics
