#include "cluster/cut.hpp"
#include "support/engine.hpp"
#include "support/fake_clock.hpp"
#include "support/shuffling_executor.hpp"
#include "support/snapshots.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace memstore;
using namespace std::chrono_literals;

namespace {

constexpr service::snapshot_bounds small_steps{7, 300};

struct snapshot_fixture {
    test::running_io io{1};
    test::fake_clock clock;
    std::vector<boost::asio::any_io_executor> executors = io.executors();
    cluster::cluster subject{{.nodes = 4, .partitions = 31}, {}, clock, executors};
    test::blocking_client client{subject};

    ~snapshot_fixture() {
        subject.stop();
        io.run_dry();
    }

    std::uint64_t set(const std::string& key, const std::string& value) {
        test::transaction_builder one;
        return client.execute(one.set(key, value)).version;
    }
    std::uint64_t set_for(const std::string& key, std::chrono::milliseconds ttl) {
        test::transaction_builder one;
        one.set(key, "v").with(command::argument::ttl_ms, ttl.count());
        return client.execute(one).version;
    }
};

test::snapshot_listing listing_of(const service::snapshot& one, const std::string& prefix = {}) {
    test::snapshot_listing found;
    found.read(*one.scan(prefix), small_steps);
    return found;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(snapshots, snapshot_fixture)

BOOST_AUTO_TEST_CASE(one_is_named_by_the_last_commit_in_it) {
    BOOST_TEST(test::take_snapshot(subject)->version() == 1U);
    const std::uint64_t first = set("a", "1");
    const auto one = test::take_snapshot(subject);
    const auto again = test::take_snapshot(subject);
    const std::uint64_t second = set("b", "2");
    const auto other = test::take_snapshot(subject);
    BOOST_TEST(one->version() == first);
    BOOST_TEST(again->version() == first);
    BOOST_TEST(other->version() == second);
    BOOST_TEST(listing_of(*again).all.size() == 1U);
    BOOST_TEST(listing_of(*other).all.size() == 2U);
}

BOOST_AUTO_TEST_CASE(one_shows_keys_with_all_that_is_known_of_them) {
    const std::uint64_t version = set_for("k", 10ms);
    const std::uint64_t lasting = set("l", "w");
    const auto one = test::take_snapshot(subject);
    clock.advance(1h);
    subject.remove_expired();
    set("k", "later");
    const auto found = listing_of(*one).all;
    BOOST_REQUIRE(found.size() == 2U);
    using entry = test::snapshot_listing::entry;
    BOOST_TEST((found.at("k") == entry{"v", version, clock.now() - 1h + 10ms}));
    BOOST_TEST((found.at("l") == entry{"w", lasting, base::never}));
    BOOST_TEST(listing_of(*one, "l").all.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_key_that_had_expired_is_not_in_one) {
    set_for("k", 10ms);
    clock.advance(9ms);
    const auto before = test::take_snapshot(subject);
    clock.advance(1ms);
    const auto after = test::take_snapshot(subject);
    BOOST_TEST(listing_of(*before).all.size() == 1U);
    BOOST_TEST(listing_of(*after).all.empty());
}

BOOST_AUTO_TEST_CASE(too_many_of_them_are_refused_and_room_is_made_by_letting_go) {
    std::vector<std::unique_ptr<service::snapshot>> all;
    std::optional<refusal> refused;
    while (!refused && all.size() < 100'000) {
        auto one = test::snapshot_request{subject}.wait();
        if (one) {
            all.push_back(std::move(*one));
        } else {
            refused = one.error();
        }
    }
    BOOST_REQUIRE(refused.has_value());
    BOOST_TEST((refused->code == errc::overloaded));
    BOOST_TEST(all.size() >= 64U);
    all.pop_back();
    BOOST_TEST(test::snapshot_request{subject}.wait().has_value());
}

/// Transfers between accounts on all nodes, accounts that come and go, and snapshots taken, read
/// and let go meanwhile by other threads. In each the total is right, nothing is above its version,
/// all that was answered before it was asked for is in it, and its parts are its whole.
BOOST_AUTO_TEST_CASE(they_are_whole_while_others_write) {
    constexpr int accounts = 60;
    constexpr int snapshots_min = 40;
    test::transaction_builder open;
    for (int i = 0; i < accounts; ++i) open.set("account" + std::to_string(i), "100");
    client.execute(open);
    std::atomic<bool> done = false;
    std::atomic<int> looks = 0;
    std::atomic<int> wrong = 0;

    const auto transfer = [&](unsigned seed) {
        std::mt19937_64 random(seed);
        test::blocking_client session{subject};
        while (!done) {
            const auto amount = static_cast<std::int64_t>(random() % 10);
            const auto account = [&] { return "account" + std::to_string(random() % accounts); };
            const std::string passing = "passing" + std::to_string(random() % 40);
            test::transaction_builder one;
            one.incr(account(), -amount).incr(account(), amount);
            if (random() % 2 == 0) {
                one.set(passing, "v");
            } else {
                one.del(passing);
            }
            session.execute(one);
        }
    };
    const auto look = [&](unsigned seed) {
        std::mt19937_64 random(seed);
        test::blocking_client session{subject};
        const std::string own = "own" + std::to_string(seed);
        while (!done) {
            test::transaction_builder mark;
            const std::uint64_t known =
                session.execute(mark.set(own, std::to_string(looks))).version;
            const auto one = test::take_snapshot(subject);
            const auto rest = [&] { std::this_thread::yield(); };
            test::snapshot_listing whole;
            whole.read(*one->scan(""), small_steps, rest);
            int total = 0;
            for (const auto& [key, found] : whole.all) {
                if (key.starts_with("account")) total += std::atoi(found.value.c_str());
                wrong += found.version > one->version();
            }
            wrong += total != accounts * 100;
            wrong += one->version() < known || whole.all[own].version != known;
            test::snapshot_listing parts;
            for (std::size_t part = 0; part < one->parts(); ++part) {
                parts.read(*one->scan_part(part), small_steps, rest);
            }
            wrong += parts.all != whole.all;
            ++looks;
        }
    };
    {
        const std::jthread one_writer{transfer, 1U};
        const std::jthread other_writer{transfer, 2U};
        const std::jthread one_reader{look, 3U};
        const std::jthread other_reader{look, 4U};
        while (looks < snapshots_min) {
            subject.remove_expired();
            std::this_thread::yield();
        }
        done = true;
    }
    BOOST_TEST(wrong == 0);
}

BOOST_AUTO_TEST_SUITE_END()
