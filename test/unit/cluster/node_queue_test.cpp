#include "cluster/node_queue.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <atomic>
#include <thread>
#include <vector>

using memstore::cluster::node_queue;
using memstore::cluster::turn;

namespace {

struct numbered : turn {
    int number = 0;
    std::atomic<bool> granted = false;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(queue)

BOOST_AUTO_TEST_CASE(first_come_first_served) {
    boost::asio::io_context io;
    node_queue subject{io.get_executor()};
    std::array<numbered, 5> turns;
    BOOST_TEST(subject.acquire(turns[0]));
    BOOST_TEST(!subject.acquire(turns[1]));
    BOOST_TEST(!subject.acquire(turns[2]));
    BOOST_TEST((subject.release() == &turns[1]));
    BOOST_TEST(!subject.acquire(turns[3]));
    BOOST_TEST(!subject.acquire(turns[4]));
    for (const std::size_t next : {2U, 3U, 4U}) BOOST_TEST((subject.release() == &turns[next]));
    BOOST_TEST((subject.release() == nullptr));
    BOOST_TEST(subject.acquire(turns[0]));
    BOOST_TEST((subject.release() == nullptr));
}

/// Threads take turns at a plain counter. Two owners at a time would lose counts, and the sanitizer
/// would see it.
BOOST_AUTO_TEST_CASE(one_owner_at_a_time) {
    constexpr int rounds = 20'000;
    boost::asio::io_context io;
    node_queue subject{io.get_executor()};
    std::uint64_t counter = 0;
    const auto work = [&] {
        numbered own;
        for (int i = 0; i < rounds; ++i) {
            own.granted = false;
            if (!subject.acquire(own)) {
                while (!own.granted) std::this_thread::yield();
            }
            ++counter;
            turn* const next = subject.release();
            if (next != nullptr) static_cast<numbered*>(next)->granted = true;
        }
    };
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 4; ++i) threads.emplace_back(work);
    }
    BOOST_TEST(counter == 4U * rounds);
}

BOOST_AUTO_TEST_SUITE_END()
