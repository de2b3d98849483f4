#include "net/session_group.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace memstore::net {
namespace {

using namespace std::chrono_literals;

bool empty(session_group& group) { return group.wait_until(std::chrono::steady_clock::now()); }

BOOST_AUTO_TEST_SUITE(session_group_)

BOOST_AUTO_TEST_CASE(is_full_at_its_limit_and_has_room_again_when_one_leaves) {
    session_group group{2};
    auto first = group.enter();
    const auto second = group.enter();
    BOOST_TEST(second.has_value());
    BOOST_TEST(!group.enter().has_value());
    first.reset();
    BOOST_TEST(group.enter().has_value());
}

BOOST_AUTO_TEST_CASE(a_place_that_was_moved_is_given_back_once) {
    session_group group{1};
    {
        auto first = group.enter();
        const session_group::ticket moved{std::move(*first)};
        BOOST_TEST(!empty(group));
    }
    BOOST_TEST(empty(group));
}

BOOST_AUTO_TEST_CASE(nobody_enters_once_it_stops) {
    session_group group{2};
    group.request_stop();
    BOOST_TEST(!group.enter().has_value());
}

BOOST_AUTO_TEST_CASE(waits_until_all_have_left) {
    session_group group{100};
    std::vector<std::thread> sessions;
    for (int i = 0; i < 4; ++i) {
        sessions.emplace_back([ticket = group.enter()] { std::this_thread::sleep_for(20ms); });
    }
    BOOST_TEST(!empty(group));
    for (auto& one : sessions) one.join();
    sessions.clear();
    BOOST_TEST(group.wait_until(std::chrono::steady_clock::now() + 10s));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace memstore::net
