#include "async/system_clock.hpp"
#include "support/engine.hpp"
#include "support/history.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <array>
#include <atomic>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

using namespace memstore;
namespace bdata = boost::unit_test::data;

namespace {

struct engine_fixture {
    test::running_io io{1};
    async::system_clock clock;
    std::vector<boost::asio::any_io_executor> executors = io.executors();
    cluster::cluster engine{{.nodes = 4, .partitions = 64}, {}, clock, executors};
};

test::event told(
    std::int64_t asked,
    std::int64_t answered,
    std::uint64_t version,
    std::vector<test::operation> what
) {
    const auto at = [](std::int64_t ns) {
        return std::chrono::steady_clock::time_point{std::chrono::nanoseconds{ns}};
    };
    return {at(asked), at(answered), version, std::move(what)};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(isolation)

/// A checker that cannot fail proves nothing.
BOOST_AUTO_TEST_CASE(the_checker_finds_what_is_planted) {
    const test::operation write_x{true, "x", "1"};
    const test::operation read_x{false, "x", "1"};
    const test::operation miss_x{false, "x", std::nullopt};
    BOOST_TEST(!test::find_anomaly({told(0, 1, 2, {write_x}), told(2, 3, 2, {read_x})}));
    BOOST_TEST(!test::find_anomaly({told(0, 9, 2, {write_x}), told(2, 3, 1, {miss_x})}));
    BOOST_TEST(test::find_anomaly({told(0, 1, 2, {write_x}), told(2, 3, 2, {miss_x})}).has_value()
    );  // stale
    BOOST_TEST(test::find_anomaly({told(0, 1, 2, {write_x}), told(2, 3, 1, {miss_x})}).has_value()
    );                                                                      // goes back
    BOOST_TEST(test::find_anomaly({told(0, 1, 2, {read_x})}).has_value());  // from nowhere
    const test::operation write_y{true, "y", "1"};
    const test::operation miss_y{false, "y", std::nullopt};
    BOOST_TEST(test::find_anomaly({told(0, 9, 2, {write_x, write_y}),
                                   told(0, 9, 2, {read_x, miss_y})})
                   .has_value());
    BOOST_TEST(test::find_anomaly({told(0, 9, 2, {write_x}), told(0, 9, 2, {write_y})}).has_value()
    );  // one version
    const test::operation write_x2{true, "x", "2"};
    BOOST_TEST(test::find_anomaly({told(0, 9, 2, {miss_x, write_x}),
                                   told(0, 9, 3, {miss_x, write_x2})})
                   .has_value());
}

BOOST_DATA_TEST_CASE(few_keys_many_clients, bdata::xrange(6), seed) {
    const auto history = test::run_clients({.seed = static_cast<unsigned>(seed)});
    const auto anomaly = test::find_anomaly(history);
    BOOST_TEST(!anomaly, anomaly.value_or(""));
}

BOOST_DATA_TEST_CASE(
    one_partition_to_many,
    bdata::make({1, 2, 64, 271}) * bdata::make({1, 2, 16}),
    partitions,
    nodes
) {
    const auto history = test::run_clients(
        {.nodes = static_cast<std::size_t>(nodes),
         .partitions = static_cast<std::size_t>(partitions),
         .clients = 3,
         .transactions = 1'000,
         .keys = 20,
         .keys_a_transaction = 12,
         .seed = 7}
    );
    const auto anomaly = test::find_anomaly(history);
    BOOST_TEST(!anomaly, anomaly.value_or(""));
}

/// Two owners of accounts move money between accounts on different nodes; whoever reads them all
/// sees one total.
BOOST_FIXTURE_TEST_CASE(every_reader_sees_the_same_total, engine_fixture) {
    constexpr int accounts_of_one = 8;
    constexpr int opening = 100;
    const auto name = [](int owner, int account) {
        return std::to_string(owner) + "/" + std::to_string(account);
    };
    std::atomic<int> at_work = 2;
    std::atomic<int> wrong = 0;
    const auto move_money = [&](int owner) {
        std::mt19937 random(static_cast<unsigned>(owner));
        test::blocking_client client{engine};
        std::array<int, accounts_of_one> balance{};
        for (int i = 0; i < 5'000; ++i) {
            const auto from = random() % accounts_of_one;
            const auto to = random() % accounts_of_one;
            const int amount = static_cast<int>(random() % 50);
            balance[from] -= amount;
            balance[to] += amount;
            test::transaction_builder transfer;
            transfer.set(name(owner, static_cast<int>(from)), std::to_string(balance[from]));
            transfer.set(name(owner, static_cast<int>(to)), std::to_string(balance[to]));
            client.execute(transfer);
        }
        --at_work;
    };
    const auto audit = [&] {
        test::blocking_client client{engine};
        test::transaction_builder all;
        for (int owner = 0; owner < 2; ++owner) {
            for (int account = 0; account < accounts_of_one; ++account)
                all.get(name(owner, account));
        }
        while (at_work > 0) {
            int total = opening;
            for (const auto& each : client.execute(all).values)
                total += std::stoi(each.value_or("0"));
            wrong += total != opening;
        }
    };
    {
        std::vector<std::jthread> threads;
        for (int owner = 0; owner < 2; ++owner) threads.emplace_back(move_money, owner);
        for (int i = 0; i < 2; ++i) threads.emplace_back(audit);
    }
    BOOST_TEST(wrong == 0);
}

/// Every swap reads what the one before it wrote: had one been lost, two would have read the same.
BOOST_FIXTURE_TEST_CASE(no_update_is_lost, engine_fixture) {
    constexpr int clients = 4;
    constexpr int swaps = 4'000;
    std::array<std::vector<std::string>, clients> found;
    const auto swap = [&](int number) {
        test::blocking_client client{engine};
        for (int i = 0; i < swaps; ++i) {
            test::transaction_builder exchange;
            exchange.get("hot")
                .set("hot", std::to_string(number) + "." + std::to_string(i))
                .get("cold");
            found.at(static_cast<std::size_t>(number))
                .push_back(client.execute(exchange).values[0].value_or("none"));
        }
    };
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < clients; ++i) threads.emplace_back(swap, i);
    }
    std::set<std::string> distinct;
    for (const auto& own : found) distinct.insert(own.begin(), own.end());
    BOOST_TEST(distinct.size() == clients * swaps);
}

BOOST_FIXTURE_TEST_CASE(an_acknowledged_write_is_seen_by_every_later_read, engine_fixture) {
    std::atomic<int> acknowledged = 0;
    std::atomic<int> stale = 0;
    constexpr int last = 20'000;
    const auto write = [&] {
        test::blocking_client client{engine};
        for (int i = 1; i <= last; ++i) {
            test::transaction_builder next;
            next.set("x", std::to_string(i));
            if (i % 3 == 0) next.set("y", std::to_string(i));
            client.execute(next);
            acknowledged = i;
        }
    };
    const auto read = [&] {
        test::blocking_client client{engine};
        test::transaction_builder look;
        look.get("x");
        while (acknowledged < last) {
            const int floor = acknowledged;
            stale += std::stoi(client.execute(look).values[0].value_or("0")) < floor;
        }
    };
    {
        const std::jthread writer{write};
        const std::jthread one{read};
        const std::jthread other{read};
    }
    BOOST_TEST(stale == 0);
}

BOOST_AUTO_TEST_SUITE_END()
