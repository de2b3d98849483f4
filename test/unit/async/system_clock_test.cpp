#include "async/system_clock.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <thread>

namespace memstore::async {
namespace {

using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(system_clock_)

BOOST_AUTO_TEST_CASE(tells_the_wall_clock_s_time_and_goes_on_with_it) {
    const system_clock subject;
    const auto first = subject.now();
    const auto wall = std::chrono::system_clock::now();
    BOOST_TEST((first >= wall - 10s));
    BOOST_TEST((first <= wall + 10s));
    std::this_thread::sleep_for(20ms);
    BOOST_TEST((subject.now() - first >= 19ms));  // each reading is cut to a millisecond
    BOOST_TEST((subject.now() - first <= 60s));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace memstore::async
