#include "client/load.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <cstdlib>
#include <set>

using namespace memstore;

BOOST_AUTO_TEST_SUITE(load)

BOOST_AUTO_TEST_CASE(requests_of_all_connections_are_due_at_even_distances) {
    const client::load_plan plan{.connections = 4, .rate = 1000, .pipeline = 1};
    std::set<std::int64_t> due;
    for (std::size_t connection = 0; connection < plan.connections; ++connection) {
        for (std::uint64_t turn = 0; turn < 10; ++turn) {
            due.insert(client::due_after(plan, connection, turn).count());
        }
    }
    std::int64_t expected = 0;
    for (const std::int64_t moment : due) {
        BOOST_TEST(std::abs(moment - expected) <= 1);
        expected += 1'000'000;
    }
    BOOST_TEST(due.size() == 40U);
}

BOOST_AUTO_TEST_CASE(those_that_are_sent_at_once_are_due_at_once) {
    const client::load_plan plan{.connections = 2, .rate = 1000, .pipeline = 5};
    BOOST_TEST((client::due_after(plan, 1, 0) == std::chrono::milliseconds{5}));
    BOOST_TEST((client::due_after(plan, 0, 1) == std::chrono::milliseconds{10}));
}

BOOST_AUTO_TEST_CASE(it_stops_before_its_time) {
    const auto way = client::access::open({.server = *client::parse_url("http://127.0.0.1:9")});
    BOOST_TEST_REQUIRE(way.has_value());
    const auto began = std::chrono::steady_clock::now();
    const client::load_plan plan{.duration = std::chrono::hours{1}, .rate = 0.001};
    client::load rare{plan, *way};
    client::load dropped{plan, *way};
    rare.stop();
    rare.finish();
    BOOST_TEST(rare.done());
    BOOST_TEST((std::chrono::steady_clock::now() - began < std::chrono::minutes{1}));
}

BOOST_AUTO_TEST_SUITE_END()
