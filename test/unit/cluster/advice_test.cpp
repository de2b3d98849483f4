#include "cluster/advice.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

namespace memstore::cluster {
namespace {

load_profile writes(std::size_t threads, double per_second, double keys) {
    load_profile load;
    load.threads = threads;
    load.partitions = 271;
    load.nodes_now = 4;
    load.operations_per_second = per_second * keys;
    load.queued_transactions_per_second = per_second;
    load.partitions_per_transaction = keys;
    return load;
}

std::size_t cheapest(const advice& of) {
    return std::min_element(
               of.costs.begin(),
               of.costs.end(),
               [](const auto& one, const auto& other) { return one.all_ns() < other.all_ns(); }
    )->nodes;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(advising)

BOOST_AUTO_TEST_CASE(one_thread_waits_for_nobody) {
    BOOST_TEST(cheapest(advise(writes(1, 100'000, 1))) == 1U);
    load_profile idle;
    idle.partitions = 271;
    BOOST_TEST(advise(idle).nodes == 1U);
}

BOOST_AUTO_TEST_CASE(more_threads_that_write_want_more_nodes) {
    std::size_t before = 1;
    for (const std::size_t threads : {1U, 2U, 4U, 16U, 64U}) {
        const std::size_t nodes =
            cheapest(advise(writes(threads, 300'000.0 * static_cast<double>(threads), 1)));
        BOOST_TEST(nodes >= before);
        before = nodes;
    }
    BOOST_TEST(before >= 8U);
}

BOOST_AUTO_TEST_CASE(many_keys_want_no_more_nodes_than_one) {
    const advice one_key = advise(writes(2, 200'000, 1));
    const advice ten_keys = advise(writes(2, 200'000, 10));
    BOOST_TEST(cheapest(ten_keys) <= cheapest(one_key));
}

BOOST_AUTO_TEST_CASE(reads_leave_it_as_it_is) {
    load_profile load = writes(2, 0, 1);
    load.operations_per_second = 1'000'000;
    for (const std::size_t nodes : {1U, 5U, 16U}) {
        load.nodes_now = nodes;
        BOOST_TEST(advise(load).nodes == nodes);
    }
}

BOOST_AUTO_TEST_CASE(what_is_chosen_is_chosen_again) {
    for (const double keys : {1.0, 3.0, 10.0}) {
        for (const std::size_t threads : {1U, 2U, 8U}) {
            load_profile load = writes(threads, 500'000, keys);
            load.nodes_now = advise(load).nodes;
            BOOST_TEST(advise(load).nodes == load.nodes_now);
        }
    }
}

BOOST_AUTO_TEST_CASE(there_are_no_more_nodes_than_partitions) {
    load_profile load = writes(64, 10'000'000, 1);
    load.partitions = 3;
    load.nodes_now = 1;
    BOOST_TEST(advise(load).nodes <= 3U);
    BOOST_TEST(!advise(load).reasons.empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace memstore::cluster
