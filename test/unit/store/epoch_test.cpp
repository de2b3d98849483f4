#include "store/epoch.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

using memstore::store::epoch_domain;

BOOST_AUTO_TEST_SUITE(epoch)

BOOST_AUTO_TEST_CASE(the_oldest_pin_of_any_thread_counts) {
    epoch_domain domain;
    const std::uint64_t before = domain.now();
    BOOST_TEST(domain.oldest_pinned() > before);
    const std::uint64_t pinned_in = domain.now();
    const epoch_domain::pin reading{domain};
    { const epoch_domain::pin nested{domain}; }
    std::jthread{[&] {
        const epoch_domain::pin later{domain};
        BOOST_TEST(domain.oldest_pinned() == pinned_in);
    }}.join();
    BOOST_TEST(domain.oldest_pinned() == pinned_in);
    BOOST_TEST(domain.now() == pinned_in + 2);
}

BOOST_AUTO_TEST_CASE(more_threads_than_slots_is_an_error_and_not_silence) {
    epoch_domain domain;
    std::atomic<std::size_t> pinned = 0;
    std::atomic<bool> done = false;
    std::atomic<std::size_t> refused = 0;
    std::vector<std::jthread> readers;
    const auto read = [&] {
        try {
            const epoch_domain::pin reading{domain};
            ++pinned;
            while (!done) done.wait(false);
        } catch (const std::length_error&) {
            ++refused;
            ++pinned;
        }
    };
    for (std::size_t i = 0; i < epoch_domain::threads_max + 4; ++i) readers.emplace_back(read);
    while (pinned < readers.size()) std::this_thread::yield();
    done = true;
    done.notify_all();
    readers.clear();
    BOOST_TEST(refused >= 4U);
    BOOST_TEST(refused <= 5U);  // this thread may hold a slot of its own

    std::jthread late{[&] { BOOST_CHECK_NO_THROW((epoch_domain::pin{domain})); }};
}

BOOST_AUTO_TEST_SUITE_END()
