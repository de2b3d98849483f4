#include "cluster/cluster.hpp"
#include "support/engine.hpp"
#include "support/fake_clock.hpp"

#include <boost/test/unit_test.hpp>

#include <atomic>
#include <cstddef>
#include <random>
#include <string>
#include <thread>
#include <vector>

using namespace memstore;

BOOST_AUTO_TEST_SUITE(compactor_threads)

/// Readers and writers on other threads find what was written last, while it moves: a value says
/// which key it is of, and how often that was written.
BOOST_AUTO_TEST_CASE(what_is_cleared_away_is_found_by_other_threads) {
    test::fake_clock clock;
    constexpr int keys = 8'000;
    test::running_io running{2};
    const std::vector<boost::asio::any_io_executor> threads = running.executors();
    cluster::cluster store{
        {.nodes = 2,
         .partitions = 8,
         .history_bytes = 64 * 1024,
         .memory_bytes_max = std::size_t{3} << 19,
         .unused = {.part_of_limit = ~std::size_t{0}, .bytes_a_node = 0}},
        base::key_hasher::secret{},
        clock,
        threads};
    std::vector<std::atomic<int>> written(keys);
    std::atomic<bool> done = false;
    std::atomic<int> wrong = 0;
    std::atomic<int> looks = 0;
    const auto look = [&](unsigned seed) {
        std::mt19937 random(seed);
        test::blocking_client reader{store};
        for (; !done; ++looks) {
            const int key = static_cast<int>(random() % keys);
            const int before = written[static_cast<std::size_t>(key)];
            test::transaction_builder question;
            const auto found = reader.execute(question.get(std::to_string(key))).values.at(0);
            if (before == 0 && !found) continue;
            const std::string expected = std::to_string(key) + ":";
            wrong += !found || !found->starts_with(expected) ||
                     std::stoi(found->substr(expected.size())) < before;
        }
    };
    {
        const std::jthread one{look, 1};
        const std::jthread other{look, 2};
        std::mt19937 random(3);
        test::blocking_client writer{store};
        for (int round = 1; round <= 20'000 || looks < 1'000; ++round) {
            const auto key = static_cast<std::size_t>(random() % keys);
            const std::string padding(random() % 40 << round / 2'000 % 4, '.');
            test::transaction_builder change;
            writer.execute(change.set(
                std::to_string(key),
                std::to_string(key) + ":" + std::to_string(round) + padding
            ));
            if (!writer.refused()) written[key] = round;
        }
        done = true;
    }
    BOOST_TEST(wrong == 0);
    running.run_dry();
}

BOOST_AUTO_TEST_SUITE_END()
