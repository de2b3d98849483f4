#include "http/body_budget.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <random>
#include <thread>
#include <vector>

namespace memstore::http {
namespace {

constexpr std::size_t large = 1'000'000;

BOOST_AUTO_TEST_SUITE(body_budget_)

BOOST_AUTO_TEST_CASE(what_fits_is_let_in_and_no_more) {
    body_budget whole{3 * large};
    body_budget::share first{whole};
    body_budget::share second{whole};
    BOOST_TEST(!first.resize(2 * large).has_value());
    BOOST_TEST(!second.resize(large).has_value());
    BOOST_TEST(second.resize(large + 1).value() == 3 * large + 1);
    BOOST_TEST(first.resize(2 * large + 1).value() == 3 * large + 1);
    BOOST_TEST(!first.resize(2 * large).has_value());
}

BOOST_AUTO_TEST_CASE(an_answer_counts_beside_its_request) {
    body_budget whole{3 * large};
    {
        body_budget::share first{whole};
        body_budget::share second{whole};
        BOOST_TEST(!first.resize(large).has_value());
        BOOST_TEST(!first.resize_answer(large).has_value());
        BOOST_TEST(second.resize_answer(large + 1).value() == 3 * large + 1);
        BOOST_TEST(!second.resize_answer(large).has_value());
        BOOST_TEST(!first.resize(0).has_value());
        BOOST_TEST(second.resize(large + 1).value() == 3 * large + 1);
        BOOST_TEST(!second.resize(large).has_value());
        BOOST_TEST(!second.resize_answer(0).has_value());
        BOOST_TEST(!first.resize_answer(2 * large).has_value());
    }
    body_budget::share alone{whole};
    BOOST_TEST(!alone.resize(5 * large).has_value());
    BOOST_TEST(!alone.resize_answer(5 * large).has_value());
}

BOOST_AUTO_TEST_CASE(who_may_use_half_leaves_the_other_half) {
    using part = body_budget::part;
    body_budget whole{4 * large};
    BOOST_TEST(whole.bytes_max(part::half) == 2 * large);
    body_budget::share known{whole};
    body_budget::share first{whole};
    body_budget::share second{whole};
    BOOST_TEST(first.resize(2 * large + 1, part::half).has_value());  // be it alone
    BOOST_TEST(!first.resize(large, part::half).has_value());
    BOOST_TEST(second.resize(large + 1, part::half).value() == 2 * large + 1);
    BOOST_TEST(!second.resize(large, part::half).has_value());
    BOOST_TEST(first.resize(large + 1, part::half).has_value());
    BOOST_TEST(!known.resize(2 * large).has_value());
    BOOST_TEST(known.resize(2 * large + 1).has_value());
    BOOST_TEST(!second.resize(0, part::half).has_value());
    BOOST_TEST(second.resize(large, part::half).has_value());
    BOOST_TEST(!second.resize(large).has_value());
}

BOOST_AUTO_TEST_CASE(what_is_given_back_is_for_others) {
    body_budget whole{2 * large};
    body_budget::share first{whole};
    BOOST_TEST(!first.resize(large).has_value());
    {
        body_budget::share second{whole};
        BOOST_TEST(!second.resize(large).has_value());
        BOOST_TEST(first.resize(2 * large).has_value());
    }
    BOOST_TEST(!first.resize(2 * large).has_value());
    body_budget::share third{whole};
    BOOST_TEST(third.resize(large).has_value());
    BOOST_TEST(!first.resize(large).has_value());
    BOOST_TEST(!third.resize(large).has_value());
}

BOOST_AUTO_TEST_CASE(what_is_small_is_not_counted) {
    body_budget whole{1};
    body_budget::share first{whole};
    body_budget::share second{whole};
    BOOST_TEST(!first.resize(body_budget::uncounted_bytes).has_value());
    BOOST_TEST(!second.resize(body_budget::uncounted_bytes + 1).has_value());  // alone
    BOOST_TEST(first.resize(body_budget::uncounted_bytes + 1).has_value());
}

BOOST_AUTO_TEST_CASE(who_is_alone_may_hold_any_amount) {
    body_budget whole{1};
    body_budget::share first{whole};
    body_budget::share second{whole};
    BOOST_TEST(!first.resize(large).has_value());
    BOOST_TEST(!first.resize(5 * large).has_value());
    BOOST_TEST(second.resize(large).has_value());
    BOOST_TEST(!first.resize(0).has_value());
    BOOST_TEST(!second.resize(large).has_value());
}

BOOST_AUTO_TEST_CASE(threads_together_never_hold_more) {
    constexpr std::uint64_t bytes_max = 3 * large;
    body_budget whole{bytes_max};
    std::atomic<std::uint64_t> held = 0;
    std::atomic<bool> exceeded = false;
    std::vector<std::thread> threads;
    for (unsigned seed = 0; seed < 4; ++seed) {
        threads.emplace_back([&, seed] {
            std::mt19937 random{seed};
            body_budget::share mine{whole};
            for (int round = 0; round < 10'000; ++round) {
                const std::size_t bytes = large + random() % large;  // two always fit at most
                if (mine.resize(bytes)) continue;
                if (held.fetch_add(bytes) + bytes > bytes_max) exceeded = true;
                held.fetch_sub(bytes);
                mine.resize(0);
            }
        });
    }
    for (auto& one : threads) one.join();
    BOOST_TEST(!exceeded);
    body_budget::share all{whole};
    body_budget::share other{whole};
    BOOST_TEST(!other.resize(large).has_value());
    BOOST_TEST(!all.resize(2 * large).has_value());  // nothing has been lost
    BOOST_TEST(all.resize(2 * large + 1).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace memstore::http
