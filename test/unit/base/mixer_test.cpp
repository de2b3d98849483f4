#include "base/mixer.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <set>

namespace memstore::base {
namespace {

BOOST_AUTO_TEST_SUITE(mixer_)

/// Such as the networks of one owner.
BOOST_AUTO_TEST_CASE(neighbours_spread_as_any) {
    const mixer spread{42};
    std::set<std::size_t> places;
    for (std::uint64_t i = 0; i < 10'000; ++i) {
        places.insert(spread((i << 16) | 0x2001'0db8'0000'0000) % 65'536);
    }
    BOOST_TEST(places.size() > 9'000U);  // by chance some 9 280
}

BOOST_AUTO_TEST_CASE(where_they_go_depends_on_the_secret) {
    int same = 0;
    for (std::uint64_t i = 0; i < 1'000; ++i) same += mixer{1}(i) % 64 == mixer{2}(i) % 64;
    BOOST_TEST(same < 50);  // by chance some 16
    BOOST_TEST(mixer{1}(7) == mixer{1}(7));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace memstore::base
