// Linked with one function of the protocol broken: the load and the checker of isolation_test.cpp
// must notice.
#include "support/history.hpp"

#include <boost/test/unit_test.hpp>

using namespace memstore;

BOOST_AUTO_TEST_CASE(a_broken_protocol_is_found_out) {
    bool found = false;
    for (unsigned seed = 0; seed < 100 && !found; ++seed) {
        const auto anomaly = test::find_anomaly(test::run_clients({.seed = seed}));
        found = anomaly.has_value();
        if (found) BOOST_TEST_MESSAGE("found with seed " << seed << ": " << *anomaly);
    }
    BOOST_TEST(found);
}
