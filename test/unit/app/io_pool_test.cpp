#include "app/io_pool.hpp"

#include <boost/asio/post.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <atomic>
#include <mutex>
#include <pthread.h>
#include <set>
#include <string>
#include <thread>

using namespace memstore;

namespace {

std::string thread_name() {
    std::array<char, 16> name{};
    ::pthread_getname_np(::pthread_self(), name.data(), name.size());
    return name.data();
}

struct pool {
    log::logger log{log::level::off, log::format::text};
    app::io_pool io{3, log};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(io_pool, pool)

BOOST_AUTO_TEST_CASE(each_context_has_a_thread_of_its_own) {
    std::mutex mutex;
    std::set<std::thread::id> threads;
    std::set<std::string> names;
    for (auto* context : io.contexts()) {
        for (int i = 0; i < 10; ++i) {
            boost::asio::post(*context, [&] {
                const std::lock_guard lock{mutex};
                threads.insert(std::this_thread::get_id());
                names.insert(thread_name());
            });
        }
    }
    io.start();
    io.join();
    BOOST_TEST(threads.size() == 3U);
    BOOST_TEST((names == (std::set<std::string>{"memstore-io-0", "memstore-io-1", "memstore-io-2"}))
    );
}

BOOST_AUTO_TEST_CASE(join_waits_for_work_that_makes_work) {
    std::atomic<int> done = 0;
    io.start();
    auto* context = io.contexts().front();
    boost::asio::post(*context, [&] {
        ++done;
        boost::asio::post(*context, [&] { ++done; });
    });
    io.join();
    BOOST_TEST(done == 2);
}

BOOST_AUTO_TEST_CASE(a_pool_that_never_started_goes_quietly_and_runs_nothing) {
    std::atomic<int> done = 0;
    {
        app::io_pool unused{3, log};
        BOOST_TEST((unused.contexts().size() == 3U));
        boost::asio::post(*unused.contexts().front(), [&] { ++done; });
    }
    BOOST_TEST(done == 0);
}

BOOST_AUTO_TEST_SUITE_END()
