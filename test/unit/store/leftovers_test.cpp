#include "store/leftovers.hpp"

#include <boost/test/unit_test.hpp>

#include <cstdint>

using namespace memstore;

BOOST_AUTO_TEST_SUITE(leftovers)

BOOST_AUTO_TEST_CASE(they_come_out_in_order_once_their_epoch_has_passed) {
    store::leftovers subject;
    BOOST_TEST(subject.empty());
    BOOST_TEST(!subject.pop_before(100).has_value());
    for (std::uint64_t version = 1; version <= 100; ++version) {
        subject.push({nullptr, nullptr, version, version % 2 == 0});
        if (version % 10 == 0) subject.seal(version / 10);
    }
    BOOST_TEST(!subject.pop_before(1).has_value());
    for (std::uint64_t version = 1; version <= 30; ++version) {
        const auto oldest = subject.pop_before(4);
        BOOST_REQUIRE(oldest.has_value());
        BOOST_TEST(oldest->version == version);
        BOOST_TEST(oldest->left_home == (version % 2 == 0));
    }
    BOOST_TEST(!subject.pop_before(4).has_value());
    BOOST_TEST(!subject.empty());
    while (subject.pop_before(11)) {
    }
    BOOST_TEST(subject.empty());
}

BOOST_AUTO_TEST_CASE(what_is_not_sealed_stays) {
    store::leftovers subject;
    subject.push({nullptr, nullptr, 1, false});
    subject.seal(1);
    subject.push({nullptr, nullptr, 2, false});
    BOOST_TEST(subject.pop_before(1'000).has_value());
    BOOST_TEST(!subject.pop_before(1'000).has_value());
    subject.seal(7);
    BOOST_TEST(!subject.pop_before(7).has_value());
    BOOST_TEST(subject.pop_before(8).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
