#include "async/one_shot_event.hpp"

#include "support/allocation_count.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <cstddef>
#include <memory>
#include <thread>
#include <utility>

namespace memstore::async {
namespace {

using executor = boost::asio::io_context::executor_type;
using coroutine = boost::asio::awaitable<void, executor>;

struct setting {
    boost::asio::io_context io{1};
    one_shot_event event;
    int resumed = 0;
};

coroutine wait_for(one_shot_event& event, int& resumed) {
    co_await event.wait(boost::asio::deferred);
    ++resumed;
}

/// A handler that one can see being destroyed.
struct holder {
    using executor_type = executor;
    executor_type get_executor() const noexcept { return on; }
    void operator()() const {}

    std::shared_ptr<int> held;
    executor on;
};

BOOST_FIXTURE_TEST_SUITE(one_shot_event_, setting)

BOOST_AUTO_TEST_CASE(resumes_who_waited_before_it_happened) {
    boost::asio::co_spawn(io, wait_for(event, resumed), boost::asio::detached);
    io.poll();
    BOOST_TEST(resumed == 0);
    event.set();
    BOOST_TEST(resumed == 0);  // never from inside set()
    io.poll();
    BOOST_TEST(resumed == 1);
}

BOOST_AUTO_TEST_CASE(resumes_who_waits_after_it_happened) {
    event.set();
    boost::asio::co_spawn(io, wait_for(event, resumed), boost::asio::detached);
    io.poll();
    BOOST_TEST(resumed == 1);
}

BOOST_AUTO_TEST_CASE(a_waiter_keeps_its_io_context_running) {
    boost::asio::co_spawn(io, wait_for(event, resumed), boost::asio::detached);
    std::thread other{[this] { event.set(); }};
    io.run();
    other.join();
    BOOST_TEST(resumed == 1);
}

BOOST_AUTO_TEST_CASE(is_ready_for_another_use_after_a_reset) {
    for (int use = 1; use <= 4; ++use) {
        const bool set_first = use % 2 == 0;
        if (set_first) event.set();
        boost::asio::co_spawn(io, wait_for(event, resumed), boost::asio::detached);
        io.poll();
        BOOST_TEST(resumed == (set_first ? use : use - 1));
        if (!set_first) event.set();
        io.poll();
        BOOST_TEST(resumed == use);
        event.reset();
        io.restart();
    }
}

BOOST_AUTO_TEST_CASE(may_go_as_soon_as_it_has_happened) {
    auto shortlived = std::make_unique<one_shot_event>();
    boost::asio::co_spawn(io, wait_for(*shortlived, resumed), boost::asio::detached);
    io.poll();
    shortlived->set();
    shortlived.reset();
    io.poll();
    BOOST_TEST(resumed == 1);
}

BOOST_AUTO_TEST_CASE(lets_go_of_who_waits_for_what_never_happens) {
    auto held = std::make_shared<int>(1);
    std::weak_ptr<int> watched = held;
    {
        one_shot_event never;
        never.wait(holder{std::move(held), io.get_executor()});
        BOOST_TEST(!watched.expired());
    }
    BOOST_TEST(watched.expired());
}

BOOST_AUTO_TEST_CASE(needs_no_memory_to_begin_to_wait) {
    const std::size_t before = test::allocation_count();
    event.wait(holder{{}, io.get_executor()});
    BOOST_TEST(test::allocation_count() == before);
    event.set();
}

BOOST_AUTO_TEST_CASE(happens_once_when_both_sides_come_at_the_same_time) {
    constexpr int rounds = 20'000;
    std::atomic<int> begun = 0;
    std::atomic<int> over = 0;
    std::thread other{[&] {
        for (int round = 1; round <= rounds; ++round) {
            while (begun.load() < round) std::this_thread::yield();
            event.set();
            while (over.load() < round) std::this_thread::yield();
        }
    }};
    for (int round = 1; round <= rounds; ++round) {
        boost::asio::co_spawn(io, wait_for(event, resumed), boost::asio::detached);
        begun = round;
        io.run();
        io.restart();
        event.reset();
        over = round;
    }
    other.join();
    BOOST_TEST(resumed == rounds);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace memstore::async
