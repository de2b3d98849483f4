// Partitions change nodes again and again while clients, scans, watches and timers go on.
#include "async/system_clock.hpp"
#include "cluster/cluster.hpp"
#include "support/engine.hpp"
#include "support/history.hpp"
#include "support/journaled.hpp"
#include "support/logged_writers.hpp"
#include "support/snapshots.hpp"
#include "support/temporary_directory.hpp"
#include "support/watching.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

using namespace memstore;
namespace bdata = boost::unit_test::data;

namespace {

constexpr std::array<std::size_t, 10> storm_sizes{16, 1, 8, 2, 16, 4, 12, 1, 5, 3};

struct running_cluster {
    explicit running_cluster(std::size_t history_bytes = 64'000'000)
        : store(
              {.nodes = 4, .partitions = 64, .history_bytes = history_bytes},
              {},
              clock,
              executors
          ) {}
    ~running_cluster() { end(); }

    void end() {
        store.stop();
        io.run_dry();
    }

    test::running_io io{2};
    async::system_clock clock;
    std::vector<boost::asio::any_io_executor> executors = io.executors();
    cluster::cluster store;
};

/// Resizes one after the other, until it goes.
class storm {
public:
    explicit storm(cluster::cluster& store)
        : blowing_([this, &store](const std::stop_token& stop) {
              for (std::size_t i = 0; !stop.stop_requested(); ++i) {
                  failed_ += !store.resize(storm_sizes[i % storm_sizes.size()]);
                  ++resizes_;
              }
          }) {}

    /// Ends it. @return how many resizes there were; 0, where one failed
    int end() {
        blowing_ = {};
        return failed_ > 0 ? 0 : resizes_.load();
    }

private:
    std::atomic<int> failed_ = 0;
    std::atomic<int> resizes_ = 0;
    std::jthread blowing_;
};

std::unique_ptr<service::watch> begin_watch(
    cluster::cluster& store,
    std::string_view prefix,
    std::optional<std::uint64_t> after
) {
    auto begun = store.open_watch(prefix, after);
    BOOST_REQUIRE(begun.has_value());
    return *std::move(begun);
}

std::size_t keys_owned(const cluster::cluster_figures& all) {
    std::size_t keys = 0;
    for (const cluster::node_figures& each : all.nodes) keys += each.keys;
    return keys;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(resizing)

BOOST_DATA_TEST_CASE(clients_find_no_anomaly_in_a_storm, bdata::xrange(4), seed) {
    const auto history = test::run_clients(
        {.partitions = 16,
         .clients = 4,
         .transactions = 1'500,
         .keys = 10,
         .seed = static_cast<unsigned>(seed),
         .resizes = {storm_sizes.begin(), storm_sizes.end()}}
    );
    const auto anomaly = test::find_anomaly(history);
    BOOST_TEST(!anomaly, anomaly.value_or(""));
}

BOOST_AUTO_TEST_CASE(scans_and_snapshots_see_whole_transfers_in_a_storm) {
    constexpr int accounts = 24;
    running_cluster on;
    on.store.start();
    const auto account = [](int number) { return "account" + std::to_string(number); };
    test::transaction_builder open;
    for (int i = 0; i < accounts; ++i) open.set(account(i), "100");
    test::blocking_client{on.store}.execute(open);

    std::atomic<bool> done = false;
    std::atomic<int> torn = 0;
    std::atomic<int> looks = 0;
    storm wind{on.store};
    {
        const std::jthread lists{[&] {
            while (!done) {
                test::snapshot_listing listed;
                const auto all = test::take_snapshot(on.store);
                listed.read(*all->scan("account"), {.keys_max = 5, .bytes_max = 1'000});
                int sum = 0;
                for (const auto& each : listed.all) sum += std::stoi(each.second.value);
                torn += sum != accounts * 100;
                ++looks;
            }
        }};
        const std::jthread counts{[&] {
            test::blocking_client client{on.store};
            while (!done) {
                test::transaction_builder all;
                for (int i = 0; i < accounts; ++i) all.get(account(i));
                int sum = 0;
                for (const auto& each : client.execute(all).values) sum += std::stoi(each.value());
                torn += sum != accounts * 100;
            }
        }};
        std::vector<std::jthread> writers;
        for (unsigned seed = 0; seed < 2; ++seed) {
            writers.emplace_back([&, seed] {
                std::mt19937 random{seed};
                test::blocking_client client{on.store};
                for (int i = 0; i < 4'000; ++i) {
                    test::transaction_builder transfer;
                    transfer.incr(account(static_cast<int>(random() % accounts)), -1);
                    transfer.incr(account(static_cast<int>(random() % accounts)), 1);
                    torn += !client.execute(transfer).succeeded;
                }
            });
        }
        writers.clear();
        done = true;
    }
    BOOST_TEST(wind.end() > 0);
    BOOST_TEST(torn == 0);
    BOOST_TEST(looks > 0);
    BOOST_TEST(keys_owned(on.store.figures()) == accounts);
}

BOOST_DATA_TEST_CASE(watches_see_every_commit_in_a_storm, bdata::xrange(3), seed) {
    running_cluster on;
    on.store.start();
    const auto watch = begin_watch(on.store, "a", std::nullopt);
    storm wind{on.store};
    test::copying_visitor seen;
    test::logged_writers writers{on.store, 3, 1'000, static_cast<unsigned>(seed)};
    const auto read = [&] {
        const auto progress = watch->next(seen, 4'096);
        BOOST_REQUIRE((progress.reached != service::watch_progress::state::overrun));
        return progress.version;
    };
    for (int i = 0; i < 100; ++i) read();
    const test::commit_log log = writers.join();
    while (read() < log.last()) std::this_thread::yield();
    BOOST_TEST(wind.end() > 0);
    const auto expected = log.expected("a", watch->began_behind(), log.last());
    BOOST_TEST((test::with_sorted_changes(seen.seen) == expected));
}

/// What a watch has not come to yet is kept by nodes that own nothing any more, too.
BOOST_AUTO_TEST_CASE(the_history_is_there_behind_a_resize) {
    running_cluster on;
    on.store.start();
    test::logged_writers writers{on.store, 1, 500, 1};
    const auto watch = begin_watch(on.store, "", 1);
    const test::commit_log log = writers.join();
    for (const std::size_t nodes : {1U, 16U, 2U}) BOOST_REQUIRE(on.store.resize(nodes));
    std::this_thread::sleep_for(std::chrono::milliseconds{250});
    test::copying_visitor seen;
    while (watch->next(seen, 1'000'000).version < log.last()) std::this_thread::yield();
    BOOST_TEST((test::with_sorted_changes(seen.seen) == log.expected("", 1, log.last())));
}

BOOST_AUTO_TEST_CASE(a_small_history_stays_small_over_many_nodes) {
    running_cluster on{64 * 1024};
    on.store.start();
    for (const std::size_t nodes : {16U, 1U, 16U, 2U}) {
        BOOST_REQUIRE(on.store.resize(nodes));
        test::logged_writers{on.store, 2, 1'000, 3}.join();
    }
    const auto refused = on.store.open_watch("", 1);
    BOOST_REQUIRE(!refused);
    BOOST_TEST((refused.error().reason == service::watch_refusal::why::gone));
}

/// Blocks for the history among them, which a node may have got from a partition that came to it.
BOOST_AUTO_TEST_CASE(all_blocks_go_home_in_the_end) {
    running_cluster on{64'000};
    test::blocking_client client{on.store};
    for (const std::size_t nodes : storm_sizes) {
        BOOST_REQUIRE(on.store.resize(nodes).has_value());
        for (std::size_t i = 0; i < 300; ++i) {
            test::transaction_builder one;
            client.execute(one.set("key" + std::to_string(i % 100), std::string(i * 7, 'v')));
        }
    }
    BOOST_TEST(on.store.size() == 100U);
}

BOOST_AUTO_TEST_CASE(keys_expire_and_their_memory_comes_back_in_a_storm) {
    running_cluster on{0};
    on.store.start();
    const std::size_t empty = on.store.memory_bytes();
    storm wind{on.store};
    {
        test::blocking_client client{on.store};
        for (int i = 0; i < 3'000; ++i) {
            test::transaction_builder brief;
            brief.set("brief" + std::to_string(i), std::string(200, 'v'))
                .with(command::argument::ttl_ms, 100);
            client.execute(brief);
        }
    }
    for (int i = 0; i < 400 && on.store.size() > 0; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds{25});
    }
    BOOST_TEST(wind.end() > 0);
    BOOST_TEST(on.store.size() == 0U);
    for (int i = 0; i < 400 && on.store.memory_bytes() > empty + 100'000; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds{25});
    }
    BOOST_TEST(on.store.memory_bytes() <= empty + 100'000);
}

BOOST_AUTO_TEST_CASE(a_journal_brings_back_what_was_committed_in_a_storm) {
    const test::temporary_directory where;
    test::commit_log log;
    {
        running_cluster on;
        test::journaled journal{on.store, where.path, on.clock};
        on.store.start();
        storm wind{on.store};
        test::logged_writers writers{on.store, 3, 150, 1};
        log = writers.join();
        BOOST_TEST(wind.end() > 0);
        on.end();
    }
    running_cluster next;
    BOOST_REQUIRE(next.store.resize(7));
    test::journaled journal{next.store, where.path, next.clock};
    next.store.start();
    test::snapshot_listing listed;
    listed.read(*test::take_snapshot(next.store)->scan(""), {.keys_max = 9, .bytes_max = 999});
    std::map<std::string, std::string> expected;
    for (const test::seen_commit& each : log.expected("", 0, log.last())) {
        for (const test::seen_change& change : each.changes) expected[change.key] = *change.value;
    }
    BOOST_TEST(listed.all.size() == expected.size());
    for (const auto& [key, value] : expected) BOOST_TEST(listed.all[key].value == value);
    next.end();
}

BOOST_AUTO_TEST_CASE(numbers_that_cannot_be_are_refused) {
    running_cluster on;
    on.store.start();
    BOOST_TEST((on.store.resize(0).error().code == errc::bad_argument));
    BOOST_TEST((on.store.resize(65).error().code == errc::bad_argument));
    BOOST_TEST(on.store.nodes() == 4U);
    BOOST_TEST(on.store.resize(64).has_value());
    BOOST_TEST(on.store.nodes() == 64U);
}

BOOST_AUTO_TEST_CASE(a_skewed_load_is_spread) {
    running_cluster on;
    on.store.start();
    test::blocking_client client{on.store};
    const auto hot_owner = on.store.figures().partitions[0].owner;
    std::vector<std::string> hot;
    for (int i = 0; hot.size() < 12; ++i) {
        const std::string key = "hot" + std::to_string(i);
        test::transaction_builder one;
        one.set(key, "1");
        const auto before = on.store.figures();
        client.execute(one);
        const auto after = on.store.figures();
        for (std::size_t at = 0; at < after.partitions.size(); ++at) {
            if (after.partitions[at].keys == before.partitions[at].keys) continue;
            if (after.partitions[at].owner == hot_owner) hot.push_back(key);
        }
    }
    for (int i = 0; i < 60'000; ++i) {
        test::transaction_builder one;
        one.get(hot[static_cast<std::size_t>(i) % hot.size()]);
        client.execute(one);
    }
    const auto change = on.store.rebalance();
    BOOST_REQUIRE(change.has_value());
    BOOST_TEST(change->before.heaviest > 3.5);
    BOOST_TEST(!change->moves.empty());
    BOOST_TEST(change->after.heaviest <= change->after.least * 1.10);
}

BOOST_AUTO_TEST_SUITE_END()
