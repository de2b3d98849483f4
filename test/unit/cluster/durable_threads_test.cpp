// A cluster with a journal in a directory, and clients in threads of their own.
#include "async/system_clock.hpp"
#include "cluster/checkpoint.hpp"
#include "cluster/cluster.hpp"
#include "support/engine.hpp"
#include "support/journaled.hpp"
#include "support/logged_writers.hpp"
#include "support/snapshots.hpp"
#include "support/temporary_directory.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <thread>
#include <vector>

using namespace memstore;
using persist::sync_policy;
namespace bdata = boost::unit_test::data;

namespace {

constexpr int accounts = 8;
constexpr int deposit = 100;

/// One life of a store that is kept in a directory.
struct life {
    explicit life(const std::filesystem::path& where, sync_policy policy = sync_policy::always)
        : store({.nodes = 4, .partitions = 64}, {}, clock, executors),
          journal(store, where, clock, policy) {
        store.start();
    }
    ~life() {
        store.stop();
        io.run_dry();
    }

    std::map<std::string, std::string> contents() {
        test::snapshot_listing listed;
        const auto all = test::take_snapshot(store);
        listed.read(*all->scan(""), {.keys_max = 100, .bytes_max = 10'000});
        std::map<std::string, std::string> found;
        for (const auto& [key, entry] : listed.all) found[key] = entry.value;
        return found;
    }

    void write_checkpoint() {
        const persist::journal::position at = journal.journal->written();
        const auto all = test::take_snapshot(store);
        const auto written = cluster::write_checkpoint(*all, at, journal.directory, 3, clock.now());
        BOOST_REQUIRE(written.has_value());
    }

    async::system_clock clock;
    test::running_io io{2};
    std::vector<boost::asio::any_io_executor> executors = io.executors();
    cluster::cluster store;
    test::journaled journal;
};

std::map<std::string, std::string> last_values(const test::commit_log& log) {
    std::map<std::string, std::string> all;
    for (const test::seen_commit& each : log.expected("", 0, log.last())) {
        for (const test::seen_change& change : each.changes) all[change.key] = *change.value;
    }
    return all;
}

std::string account(int number) { return "account" + std::to_string(number); }

/// Moves money between two accounts, again and again.
void transfer(cluster::cluster& store, unsigned seed, int times) {
    std::mt19937 random{seed};
    test::blocking_client client{store};
    for (int i = 0; i < times; ++i) {
        const auto from = static_cast<int>(random() % accounts);
        const auto to = static_cast<int>(random() % accounts);
        test::transaction_builder both;
        client.execute(both.incr(account(from), -1).incr(account(to), 1));
    }
}

void open_accounts(cluster::cluster& store) {
    test::transaction_builder open;
    for (int i = 0; i < accounts; ++i) open.set(account(i), std::to_string(deposit));
    test::blocking_client{store}.execute(open);
}

int total(const std::map<std::string, std::string>& of) {
    int sum = 0;
    for (const auto& each : of) sum += std::stoi(each.second);
    return sum;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(durable_threads)

BOOST_DATA_TEST_CASE(what_was_committed_is_there_in_the_next_life, bdata::xrange(3), number) {
    constexpr sync_policy policies[]{
        sync_policy::always,
        sync_policy::everysec,
        sync_policy::never};
    const sync_policy policy = policies[number];
    const test::temporary_directory where;
    std::map<std::string, std::string> expected;
    for (unsigned seed = 0; seed < 3; ++seed) {
        life one{where.path, policy};
        BOOST_TEST((one.contents() == expected));
        test::logged_writers writers{one.store, 3, 200, seed};
        one.write_checkpoint();
        test::commit_log log = writers.join();
        for (const auto& [key, value] : last_values(log)) expected[key] = value;
        if (seed == 1) one.write_checkpoint();
    }
    life last{where.path, policy};
    BOOST_TEST((last.contents() == expected));
}

/// Readers, snapshots and checkpoints see whole transactions, and versions that do not go back,
/// while others write and what they replace is freed.
BOOST_AUTO_TEST_CASE(readers_see_whole_transactions_of_what_is_durable) {
    const test::temporary_directory where;
    life one{where.path};
    open_accounts(one.store);
    std::atomic<bool> done = false;
    std::atomic<int> torn = 0;
    {
        const std::jthread looks{[&] {
            test::blocking_client client{one.store};
            std::uint64_t last = 0;
            while (!done) {
                test::transaction_builder all;
                for (int i = 0; i < accounts; ++i) all.get(account(i));
                const auto seen = client.execute(all);
                int sum = 0;
                for (const auto& each : seen.values) sum += std::stoi(each.value());
                torn += sum != accounts * deposit || seen.version < last;
                last = seen.version;
            }
        }};
        const std::jthread holds{[&] {
            while (!done) {
                torn += total(one.contents()) != accounts * deposit;
                one.write_checkpoint();
            }
        }};
        {
            std::vector<std::jthread> writers;
            for (unsigned seed = 0; seed < 3; ++seed) {
                writers.emplace_back([&, seed] { transfer(one.store, seed, 300); });
            }
        }
        done = true;
    }
    BOOST_TEST(torn == 0);
    BOOST_TEST(total(one.contents()) == accounts * deposit);
}

BOOST_AUTO_TEST_SUITE_END()
