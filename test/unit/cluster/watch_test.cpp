// Watches and writers, each in a thread of its own: every watch must show what the writers know.
#include "async/system_clock.hpp"
#include "cluster/cluster.hpp"
#include "support/engine.hpp"
#include "support/journaled.hpp"
#include "support/logged_writers.hpp"
#include "support/temporary_directory.hpp"
#include "support/watching.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace memstore;
using reached = service::watch_progress::state;
using why = service::watch_refusal::why;
namespace bdata = boost::unit_test::data;

namespace {

enum class kept : bool { no, in_a_journal };

struct engine_fixture {
    explicit engine_fixture(std::size_t history_bytes, kept how = kept::no)
        : store(
              {.nodes = 4, .partitions = 64, .history_bytes = history_bytes},
              {},
              clock,
              executors
          ) {
        if (how == kept::in_a_journal) journal.emplace(store, directory.path, clock);
        store.start();
    }
    ~engine_fixture() {
        store.stop();
        io.run_dry();
    }

    async::system_clock clock;
    test::running_io io{2};
    std::vector<boost::asio::any_io_executor> executors = io.executors();
    cluster::cluster store;
    test::temporary_directory directory;
    std::optional<test::journaled> journal;
};

/// What one watch showed, from where to where.
struct stretch {
    std::uint64_t after;
    std::uint64_t up_to;
    std::vector<test::seen_commit> seen;
};

/// A client that watches a prefix, comes and goes, and begins anew where it was overrun.
class follower {
public:
    follower(engine_fixture& in, std::string prefix, unsigned seed, bool slow)
        : in_(in), prefix_(std::move(prefix)), random_(seed), slow_(slow) {
        begin_behind(1);
        thread_ = std::jthread{[this] { follow(); }};
    }

    /// Lets it see all up to a version, and no more.
    void finish(std::uint64_t version) {
        last_ = version;
        waiter_.resume();
        thread_.join();
    }

    const std::string& prefix() const { return prefix_; }
    const std::vector<stretch>& stretches() const { return stretches_; }
    int overruns() const { return overruns_; }

private:
    void begin_behind(std::uint64_t version) {
        auto opened = in_.store.open_watch(prefix_, version);
        while (opened.has_error()) {
            version = opened.error().oldest;
            opened = in_.store.open_watch(prefix_, version);
        }
        watch_ = std::move(*opened);
        stretches_.push_back({version, version, {}});
    }

    void follow() {
        while (stretches_.back().up_to < last_) {
            test::copying_visitor to;
            const auto progress = watch_->next(to, 1 + random_() % 2'000);
            stretch& own = stretches_.back();
            own.seen.insert(own.seen.end(), to.seen.begin(), to.seen.end());
            own.up_to = progress.version;
            if (progress.reached == reached::quiet) {
                wait();
            } else if (progress.reached == reached::overrun) {
                ++overruns_;
                begin_behind(own.up_to);
            } else if (random_() % 50 == 0) {
                begin_behind(own.up_to);
            }
            if (slow_) std::this_thread::sleep_for(std::chrono::milliseconds{random_() % 3});
        }
    }

    /// At the end it asks until it is there: nobody writes any more, and wakes it.
    void wait() {
        const int before = waiter_.resumed;
        if (last_ == unknown && !watch_->wait(waiter_)) waiter_.resumed.wait(before);
    }

    engine_fixture& in_;
    const std::string prefix_;
    std::mt19937_64 random_;
    const bool slow_;
    static constexpr std::uint64_t unknown = ~std::uint64_t{0};
    std::atomic<std::uint64_t> last_ = unknown;
    test::counting_waiter waiter_;
    std::unique_ptr<service::watch> watch_;
    std::vector<stretch> stretches_;
    int overruns_ = 0;
    std::jthread thread_;
};

/// Whether each stretch holds exactly what was committed in it.
bool agrees(const follower& of, const test::commit_log& log) {
    for (const stretch& each : of.stretches()) {
        const auto expected = log.expected(of.prefix(), each.after, each.up_to);
        if (test::with_sorted_changes(each.seen) != expected) return false;
    }
    return true;
}

void watch_while_others_write(engine_fixture& in, unsigned seed, int transactions) {
    std::deque<follower> followers;
    unsigned number = seed * 100;
    for (const char* const prefix : {"", "a", "b", "bc", "none"}) {
        followers.emplace_back(in, prefix, ++number, false);
    }
    test::logged_writers all{in.store, 3, transactions, seed};
    followers.emplace_back(in, "d", ++number, true);
    const test::commit_log log = all.join();
    for (follower& each : followers) {
        each.finish(log.last());
        BOOST_TEST(agrees(each, log), each.prefix());
        BOOST_TEST(each.overruns() == 0, each.prefix());
        BOOST_TEST(each.stretches().front().after == 1U);
        for (std::size_t i = 1; i < each.stretches().size(); ++i) {
            BOOST_TEST(each.stretches()[i].after == each.stretches()[i - 1].up_to);
        }
    }
}

/// Reads what a watch has shown, while one who writes goes on.
/// @return how often that was older
int read_what_is_shown(engine_fixture& in, int transactions) {
    auto watch = *in.store.open_watch("", {});
    std::atomic<bool> done = false;
    const std::jthread writer{[&] {
        test::blocking_client client{in.store};
        for (int i = 1; i <= transactions; ++i) {
            test::transaction_builder both;
            client.execute(both.set("one", std::to_string(i)).set("other", std::to_string(i)));
        }
        done = true;
    }};
    test::blocking_client reader{in.store};
    int stale = 0;
    while (!done) {
        test::copying_visitor to;
        watch->next(to, 1);
        if (to.seen.empty()) continue;
        test::transaction_builder look;
        const auto found = reader.execute(look.get("one").get("other"));
        for (std::size_t i = 0; i < 2; ++i) {
            const int shown = std::stoi(*to.seen.back().changes.at(i).value);
            stale += std::stoi(found.values.at(i).value_or("0")) < shown;
        }
        stale += found.version < to.seen.back().version;
    }
    return stale;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(watches)

BOOST_DATA_TEST_CASE(each_shows_exactly_what_was_committed, bdata::xrange(6), seed) {
    engine_fixture in{std::size_t{64} << 20};
    watch_while_others_write(in, static_cast<unsigned>(seed), 3'000);
}

BOOST_DATA_TEST_CASE(each_shows_exactly_what_became_durable, bdata::xrange(2), seed) {
    engine_fixture in{std::size_t{64} << 20, kept::in_a_journal};
    watch_while_others_write(in, static_cast<unsigned>(seed), 300);
}

/// Where the history is short, what a watch shows between two overruns is still whole.
BOOST_DATA_TEST_CASE(what_is_dropped_is_told, bdata::xrange(6), seed) {
    engine_fixture in{30'000};
    const auto unread = *in.store.open_watch("", {});
    std::deque<follower> followers;
    unsigned number = static_cast<unsigned>(seed) * 100;
    for (const char* const prefix : {"", "a", "bc"}) {
        followers.emplace_back(in, prefix, ++number, true);
    }
    test::logged_writers all{in.store, 3, 3'000, static_cast<unsigned>(seed)};
    const test::commit_log log = all.join();
    for (follower& each : followers) {
        each.finish(log.last());
        BOOST_TEST(agrees(each, log), each.prefix());
    }
    BOOST_TEST(unread->is_overrun());
}

/// What is shown is visible: to read the key after that shows no older value.
BOOST_AUTO_TEST_CASE(what_was_shown_can_be_read) {
    engine_fixture in{std::size_t{4} << 20};
    BOOST_TEST(read_what_is_shown(in, 5'000) == 0);
}

BOOST_AUTO_TEST_CASE(what_was_shown_when_it_was_durable_can_be_read) {
    engine_fixture in{std::size_t{4} << 20, kept::in_a_journal};
    BOOST_TEST(read_what_is_shown(in, 500) == 0);
}

/// Who begins to watch sees every transaction that is asked for from then on.
BOOST_AUTO_TEST_CASE(a_watch_that_begins_now_misses_nothing_that_follows) {
    engine_fixture in{std::size_t{64} << 20};
    test::logged_writers others{in.store, 2, 5'000, 1};
    test::blocking_client client{in.store};
    for (int i = 0; i < 300; ++i) {
        test::transaction_builder before;
        const std::uint64_t earlier = client.execute(before.set("own", "before")).version;
        const auto watch = *in.store.open_watch("own", {});
        test::transaction_builder after;
        const std::uint64_t later = client.execute(after.set("own", "after")).version;
        std::vector<test::seen_commit> seen;
        for (std::uint64_t up_to = 0; up_to < later;) {
            test::copying_visitor to;
            up_to = watch->next(to, 1'000).version;
            seen.insert(seen.end(), to.seen.begin(), to.seen.end());
        }
        BOOST_TEST(earlier < later);
        BOOST_REQUIRE((seen == std::vector{test::seen_commit{later, {{"own", "after"}}}}));
    }
}

BOOST_AUTO_TEST_CASE(many_wait_and_go_while_others_write) {
    engine_fixture in{std::size_t{1} << 20};
    test::logged_writers all{in.store, 2, 5'000, 1};
    std::atomic<int> wrong = 0;
    std::vector<std::jthread> threads;
    for (unsigned number = 0; number < 3; ++number) {
        threads.emplace_back([&in, &wrong, number] {
            std::mt19937 random{number};
            for (int i = 0; i < 300; ++i) {
                const std::string prefix(random() % 3, 'a');
                test::counting_waiter waiter;
                auto watch = *in.store.open_watch(prefix, {});
                const bool waits = !watch->wait(waiter);
                if (waits && random() % 2 == 0) std::this_thread::yield();
                watch.reset();
                wrong += waiter.resumed > (waits ? 1 : 0);
            }
        });
    }
    threads.clear();
    BOOST_TEST(wrong == 0);
    BOOST_TEST(all.join().last() > 10'000U);
}

BOOST_AUTO_TEST_CASE(keys_expire_before_the_eyes_of_who_watches) {
    engine_fixture in{std::size_t{1} << 20};
    const auto watch = *in.store.open_watch("k", {});
    test::blocking_client client{in.store};
    test::transaction_builder write;
    write.set("k", "v").with(command::argument::ttl_ms, 20);
    client.execute(write);
    test::copying_visitor to;
    while (to.seen.size() < 2) {
        const auto progress = watch->next(to, 1'000);
        if (progress.reached != reached::quiet || to.seen.size() == 2) continue;
        test::counting_waiter waiter;
        if (!watch->wait(waiter)) waiter.resumed.wait(0);
    }
    const test::seen_change gone{"k", std::nullopt, base::change_cause::expired};
    BOOST_TEST((to.seen[1].changes == std::vector{gone}));
}

BOOST_AUTO_TEST_SUITE_END()
