#include "cluster/balance.hpp"

#include "cluster/load_meter.hpp"
#include "support/carry_out.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>
#include <vector>

namespace memstore::cluster {
namespace {

namespace bdata = boost::unit_test::data;
namespace tt = boost::test_tools;

/// What comes to each partition where keys are as popular as Zipf's law has it.
std::vector<double> zipf_load(std::size_t partitions, double exponent, std::mt19937_64& random) {
    std::vector<double> load(partitions, 0.0);
    for (int rank = 1; rank <= 100'000; ++rank) {
        load[random() % partitions] += 1e6 / std::pow(rank, exponent);
    }
    return load;
}

std::vector<double> wavering(std::vector<double> load, std::mt19937_64& random) {
    std::uniform_real_distribution<double> factor{0.97, 1.03};
    for (double& each : load) each *= factor(random);
    return load;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(balancing)

BOOST_DATA_TEST_CASE(
    a_skewed_load_ends_within_a_tenth_of_the_best_there_is,
    bdata::make({2, 3, 4, 8, 16}) * bdata::xrange(10),
    nodes,
    seed
) {
    std::mt19937_64 random{static_cast<unsigned>(seed)};
    const auto count = static_cast<std::size_t>(nodes);
    const std::vector<double> load = zipf_load(271, 0.99, random);
    std::vector<node_index> owners = assign_partitions(271, count);
    const balance before = balance_of(owners, count, load);
    test::carry_out(moves_to_balance(owners, count, load), owners);
    const balance after = balance_of(owners, count, load);
    BOOST_TEST(after.heaviest <= after.least * 1.10);
    BOOST_TEST(after.heaviest <= before.heaviest);
    BOOST_TEST(after.least == before.least, tt::tolerance(1e-9));
}

BOOST_DATA_TEST_CASE(what_wavers_moves_nothing_back, bdata::xrange(10), seed) {
    std::mt19937_64 random{static_cast<unsigned>(seed)};
    const std::vector<double> load = zipf_load(271, 0.99, random);
    std::vector<node_index> owners = assign_partitions(271, 8);
    test::carry_out(moves_to_balance(owners, 8, wavering(load, random)), owners);
    for (int look = 0; look < 50; ++look) {
        BOOST_TEST(moves_to_balance(owners, 8, wavering(load, random)).empty());
    }
}

BOOST_AUTO_TEST_CASE(where_one_partition_bears_it_all_it_stays_alone) {
    std::vector<double> load(16, 1.0);
    load[5] = 100;
    std::vector<node_index> owners(16, 0);
    test::carry_out(moves_to_balance(owners, 2, load), owners);
    const balance after = balance_of(owners, 2, load);
    BOOST_TEST(after.heaviest == after.least, tt::tolerance(0.03));
}

BOOST_AUTO_TEST_CASE(nothing_to_bear_is_in_balance) {
    const std::vector<double> load(16, 0.0);
    const std::vector<node_index> owners(16, 0);
    BOOST_TEST(moves_to_balance(owners, 4, load).empty());
    BOOST_TEST(balance_of(owners, 4, load).heaviest == 1.0);
}

BOOST_AUTO_TEST_CASE(the_meter_tells_the_share_of_each_partition) {
    load_meter meter{4};
    load_meter::sampler sampler;
    constexpr int transactions = 100'000;
    for (int i = 0; i < transactions; ++i) {
        if (sampler.next()) meter.note(i % 8 == 0 ? 1 : 3);
    }
    BOOST_TEST(meter.operations(0) == 0U);
    BOOST_TEST(static_cast<double>(meter.operations(1)) == transactions / 8.0, tt::tolerance(0.1));
    BOOST_TEST(
        static_cast<double>(meter.operations(3)) == transactions * 7 / 8.0,
        tt::tolerance(0.1)
    );
}

BOOST_AUTO_TEST_CASE(the_meter_forgets_what_was_long_ago) {
    using namespace std::chrono_literals;
    load_meter meter{1};
    auto now = std::chrono::steady_clock::now() + 1s;
    meter.look(now);
    for (int i = 0; i < 1'000; ++i) meter.note(0);
    meter.look(now += 1s);
    const double fresh = meter.rates()[0];
    BOOST_TEST(fresh > 1'000);
    meter.look(now += load_meter::memory);
    BOOST_TEST(meter.rates()[0] == fresh / std::exp(1.0), tt::tolerance(0.01));
    meter.look(now += 20 * load_meter::memory);
    BOOST_TEST(meter.rates()[0] < 0.01);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace memstore::cluster
