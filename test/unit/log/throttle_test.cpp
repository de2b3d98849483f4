#include "log/throttle.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

using namespace memstore;
using namespace std::chrono_literals;

BOOST_AUTO_TEST_SUITE(throttle_)

BOOST_AUTO_TEST_CASE(lets_one_pass_in_each_interval) {
    log::throttle subject{10s};
    const log::throttle::moment start{};
    BOOST_TEST(subject.pass(start));
    BOOST_TEST(!subject.pass(start));
    BOOST_TEST(!subject.pass(start + 9999ms));
    BOOST_TEST(subject.pass(start + 10s));
    BOOST_TEST(!subject.pass(start + 19s));
    BOOST_TEST(subject.pass(start + 1h));
    BOOST_TEST(!subject.pass(start + 1h + 9s));
}

BOOST_AUTO_TEST_CASE(lets_one_thread_pass_of_many) {
    log::throttle subject{1h};
    std::atomic<int> passed = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            for (int tries = 0; tries < 1000; ++tries) passed += subject.pass() ? 1 : 0;
        });
    }
    for (auto& one : threads) one.join();
    BOOST_TEST(passed == 1);
}

BOOST_AUTO_TEST_SUITE_END()
