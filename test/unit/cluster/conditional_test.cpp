// Transactions that may be aborted by what they find: all or nothing, over nodes and threads.
#include "async/system_clock.hpp"
#include "cluster/cluster.hpp"
#include "support/engine.hpp"
#include "support/fake_clock.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

using namespace memstore;
using command::argument;

namespace {

struct conditional_fixture {
    boost::asio::io_context io;
    test::fake_clock clock;
    std::vector<boost::asio::any_io_executor> executors{io.get_executor()};
    cluster::cluster subject{{.nodes = 4, .partitions = 271}, {}, clock, executors};
    test::blocking_client client{subject};

    test::answer execute(test::transaction_builder& what) { return client.execute(what); }
    std::optional<std::string> get(const std::string& key) {
        test::transaction_builder one;
        return execute(one.get(key)).values.at(0);
    }
};

constexpr int accounts = 50;
constexpr std::int64_t opening_balance = 20;

std::string account(std::size_t number) { return "account:" + std::to_string(number); }

/// Moves money between random accounts, where there is enough; counts what was refused.
void transfer(service::transaction_service& bank, unsigned seed, int transfers, int& refused) {
    test::blocking_client client{bank};
    std::mt19937 random{seed};
    for (int i = 0; i < transfers; ++i) {
        const std::string from = account(random() % accounts);
        const std::string to = account(random() % accounts);
        const auto amount = static_cast<std::int64_t>(random() % 30);
        test::transaction_builder what;
        if (i % 2 == 0) {
            what.check(from, argument::min, amount).incr(from, -amount).incr(to, amount);
        } else {
            what.incr(from, -amount).with(argument::min, 0).incr(to, amount);
        }
        refused += client.execute(what).failed.empty() ? 0 : 1;
    }
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(conditional, conditional_fixture)

BOOST_AUTO_TEST_CASE(what_is_aborted_leaves_no_trace_and_takes_no_version) {
    test::transaction_builder first;
    const auto version = execute(first.set("a", "1").set("b", "text")).version;

    test::transaction_builder failing;
    failing.set("a", "2").set("c", "3").check("a", argument::exists, 0);
    const auto failed = execute(failing);
    BOOST_TEST(failed.failed == std::vector<std::size_t>{2});
    BOOST_TEST(failed.version == version);

    test::transaction_builder unfit;
    const auto misfit = execute(unfit.set("a", "2").incr("b", 1));
    BOOST_REQUIRE(misfit.unfit.has_value());
    BOOST_TEST((misfit.unfit->code == errc::not_an_integer));
    BOOST_TEST(misfit.unfit->command == 1U);

    BOOST_TEST(get("a").value() == "1");
    BOOST_TEST(!get("c").has_value());
    test::transaction_builder next;
    BOOST_TEST(execute(next.set("a", "4")).version == version + 1);
}

BOOST_AUTO_TEST_CASE(what_only_reads_is_checked_on_a_snapshot) {
    test::transaction_builder first;
    const auto version = execute(first.set("a", "1")).version;
    test::transaction_builder reading;
    reading.get("a").check("b", argument::exists, 1);
    const auto failed = execute(reading);
    BOOST_TEST(failed.failed == std::vector<std::size_t>{1});
    BOOST_TEST(failed.version == version);
}

BOOST_AUTO_TEST_CASE(a_branch_is_chosen_and_committed_as_one) {
    test::transaction_builder what;
    what.check("lock", argument::exists, 0).set("lock", "mine").get("lock");
    what.what().branched = command::transaction::branches{1, 2};
    BOOST_TEST(execute(what).succeeded);
    const auto second = execute(what);
    BOOST_TEST(!second.succeeded);
    BOOST_TEST(second.values.at(0).value() == "mine");
}

BOOST_AUTO_TEST_CASE(a_dry_run_judges_and_changes_nothing) {
    test::transaction_builder what;
    what.incr("n", 5).with(argument::max, 4);
    what.what().dry_run = true;
    BOOST_TEST(execute(what).failed.size() == 1U);
    test::transaction_builder fine;
    fine.incr("n", 4).with(argument::max, 4);
    fine.what().dry_run = true;
    BOOST_TEST(execute(fine).failed.empty());
    BOOST_TEST(!get("n").has_value());
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_CASE(conditional_transfers_keep_the_total_and_no_account_below_zero) {
    test::running_io io{2};
    const async::system_clock clock;
    const auto executors = io.executors();
    cluster::cluster bank{{.nodes = 4, .partitions = 31}, {}, clock, executors};
    test::transaction_builder opening;
    test::transaction_builder reading;
    for (std::size_t i = 0; i < accounts; ++i) {
        opening.set(account(i), std::to_string(opening_balance));
        reading.get(account(i));
    }
    test::blocking_client{bank}.execute(opening);

    constexpr unsigned clients = 3;
    std::vector<int> refused(clients);
    {
        std::vector<std::jthread> threads;
        for (unsigned i = 0; i < clients; ++i) {
            auto work = [&bank, &mine = refused[i], i] { transfer(bank, i + 1, 3000, mine); };
            threads.emplace_back(std::move(work));
        }
        test::blocking_client auditor{bank};
        for (int i = 0; i < 500; ++i) {
            std::int64_t total = 0;
            bool solvent = true;
            for (const auto& balance : auditor.execute(reading).values) {
                total += std::stoll(balance.value());
                solvent = solvent && std::stoll(balance.value()) >= 0;
            }
            BOOST_REQUIRE(total == accounts * opening_balance);
            BOOST_REQUIRE(solvent);
        }
    }
    for (const int each : refused) BOOST_TEST((each > 0 && each < 3000));
}
