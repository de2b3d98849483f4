#include "client/latency_histogram.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>
#include <random>
#include <vector>

using namespace memstore;
using namespace std::chrono_literals;
namespace bdata = boost::unit_test::data;

namespace {

using histogram = client::latency_histogram;

bool within_a_thousandth(std::chrono::nanoseconds found, std::int64_t exact) {
    return found.count() >= exact && found.count() <= exact + exact / 1000 + 1;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(latency_histogram)

BOOST_AUTO_TEST_CASE(nothing_was_seen) {
    const auto none = std::make_unique<histogram>();
    BOOST_TEST(none->quantile(0.5).count() == 0);
    BOOST_TEST(none->mean().count() == 0);
    BOOST_TEST(none->longest().count() == 0);
}

BOOST_DATA_TEST_CASE(quantiles_are_those_of_a_sorted_list, bdata::xrange(50), seed) {
    std::mt19937_64 random(static_cast<unsigned>(seed));
    const auto subject = std::make_unique<histogram>();
    std::vector<std::int64_t> all(1 + random() % 2000);
    for (std::int64_t& each : all) {
        each = static_cast<std::int64_t>((random() % 1'000'000'000) >> (random() % 30));
        subject->record(std::chrono::nanoseconds{each});
    }
    std::sort(all.begin(), all.end());
    for (const double part : {0.0, 0.01, 0.5, 0.9, 0.99, 0.999, 1.0}) {
        const double wanted = std::ceil(part * static_cast<double>(all.size()));
        const auto rank = std::max<std::size_t>(static_cast<std::size_t>(wanted), 1);
        BOOST_TEST(within_a_thousandth(subject->quantile(part), all[rank - 1]));
    }
    BOOST_TEST(subject->longest().count() == all.back());
    BOOST_TEST(subject->count() == all.size());
}

BOOST_AUTO_TEST_CASE(powers_of_two_and_their_neighbours_have_their_place) {
    for (unsigned bit = 0; bit < 40; ++bit) {
        for (const std::int64_t off : {-1, 0, 1}) {
            const std::int64_t exact = std::max((std::int64_t{1} << bit) + off, std::int64_t{0});
            const auto subject = std::make_unique<histogram>();
            subject->record(std::chrono::nanoseconds{exact});
            subject->record(24h);
            BOOST_TEST(within_a_thousandth(subject->quantile(0.5), exact), exact);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_others_saw_is_added) {
    const auto one = std::make_unique<histogram>();
    const auto other = std::make_unique<histogram>();
    for (int at = 0; at < 90; ++at) one->record(1us);
    for (int at = 0; at < 10; ++at) other->record(1ms);
    one->add(*other);
    BOOST_TEST(one->count() == 100U);
    BOOST_TEST(within_a_thousandth(one->quantile(0.9), 1'000));
    BOOST_TEST(within_a_thousandth(one->quantile(0.91), 1'000'000));
    BOOST_TEST(within_a_thousandth(one->mean(), 100'900));
}

BOOST_AUTO_TEST_SUITE_END()
