#include "base/duration_tally.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <random>

namespace memstore::base {

using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(duration_tally_)

BOOST_AUTO_TEST_CASE(bounds_ascend_from_50_us_to_10_s) {
    const auto& bounds = duration_counts::bounds;
    BOOST_TEST((bounds.front() == 50us && bounds.back() == 10s));
    for (std::size_t at = 1; at < bounds.size(); ++at) {
        BOOST_TEST((bounds[at] >= 2 * bounds[at - 1] && bounds[at] * 2 <= 5 * bounds[at - 1]));
    }
}

BOOST_AUTO_TEST_CASE(each_is_counted_under_the_first_bound_that_it_does_not_pass) {
    std::mt19937_64 random(1);
    const auto& bounds = duration_counts::bounds;
    duration_tally subject;
    duration_counts expected;
    for (int i = 0; i < 10'000; ++i) {
        const auto bound = bounds[random() % bounds.size()];
        const auto took = bound + std::chrono::nanoseconds{static_cast<int>(random() % 3) - 1};
        subject.add(took);
        const auto place = std::lower_bound(bounds.begin(), bounds.end(), took) - bounds.begin();
        ++expected.counts[static_cast<std::size_t>(place)];
        expected.sum += took;
    }
    BOOST_TEST(subject.counts().counts == expected.counts);
    BOOST_TEST((subject.counts().sum == expected.sum));
    BOOST_TEST(subject.counts().total() == 10'000U);
}

BOOST_AUTO_TEST_CASE(counts_add_up) {
    duration_tally subject;
    subject.add(1us);
    subject.add(11s);
    duration_counts sum = subject.counts();
    sum += subject.counts();
    BOOST_TEST(sum.counts.front() == 2U);
    BOOST_TEST(sum.counts.back() == 2U);
    BOOST_TEST((sum.sum == 22s + 2us));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace memstore::base
