#include "app/within.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>
#include <future>
#include <memory>
#include <stdexcept>
#include <string>

using namespace memstore;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(within_)

BOOST_AUTO_TEST_CASE(what_is_in_time_is_returned) {
    const auto text = app::within(60s, [] { return std::string{"done"}; });
    BOOST_TEST(text.value() == "done");
}

BOOST_AUTO_TEST_CASE(what_is_thrown_in_time_is_thrown) {
    const auto fail = []() -> int { throw std::runtime_error{"no"}; };
    BOOST_CHECK_THROW(app::within(60s, fail), std::runtime_error);
}

BOOST_AUTO_TEST_CASE(what_is_late_is_left) {
    std::promise<void> release;
    auto ended = std::make_shared<std::promise<void>>();
    auto has_ended = ended->get_future();
    const auto before = std::chrono::steady_clock::now();
    const auto late = app::within(100ms, [released = release.get_future().share(), ended] {
        released.wait();
        ended->set_value();
        return 1;
    });
    BOOST_TEST(!late.has_value());
    const auto taken = std::chrono::steady_clock::now() - before;
    BOOST_TEST((taken >= 100ms));
    BOOST_TEST((taken < 60s));
    release.set_value();
    has_ended.wait();
}

BOOST_AUTO_TEST_SUITE_END()
