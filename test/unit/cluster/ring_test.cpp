#include "cluster/ring.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

using namespace memstore::cluster;
namespace bdata = boost::unit_test::data;

namespace {

std::vector<std::size_t> loads(const std::vector<node_index>& owners, std::size_t nodes) {
    std::vector<std::size_t> owned(nodes, 0);
    for (const node_index owner : owners) ++owned.at(owner);
    return owned;
}

std::size_t moved(const std::vector<node_index>& before, const std::vector<node_index>& after) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < before.size(); ++i) count += before[i] != after[i];
    return count;
}

constexpr std::size_t partition_counts[] = {1, 64, 271, 1024, 4096};

}  // namespace

BOOST_AUTO_TEST_SUITE(ring)

BOOST_DATA_TEST_CASE(
    no_node_owns_more_than_its_bounded_load,
    bdata::make(partition_counts) * bdata::make({1, 2, 3, 4, 7, 16, 64}),
    partitions,
    nodes
) {
    const auto count = static_cast<std::size_t>(nodes);
    const auto owned = loads(assign_partitions(partitions, count), count);
    const double average = static_cast<double>(partitions) / nodes;
    BOOST_TEST(*std::max_element(owned.begin(), owned.end()) <= std::ceil(1.05 * average));
}

BOOST_AUTO_TEST_CASE(four_nodes_share_271_partitions_evenly) {
    const auto owned = loads(assign_partitions(271, 4), 4);
    BOOST_TEST(*std::min_element(owned.begin(), owned.end()) >= 54U);  // four fifths of the average
}

/// One node more should take about partitions / nodes from the others, and little else should move.
/// A table of hash modulo nodes would move four of five.
BOOST_DATA_TEST_CASE(another_node_moves_few_partitions, bdata::xrange(2, 17), nodes) {
    const auto count = static_cast<std::size_t>(nodes);
    const auto before = assign_partitions(1024, count);
    const auto grown = assign_partitions(1024, count + 1);
    BOOST_TEST(moved(before, grown) <= 2 * 1024 / (count + 1));
    BOOST_TEST(moved(before, grown) >= 1024 / (count + 1) / 2);
}

BOOST_AUTO_TEST_CASE(the_map_is_the_same_everywhere) {
    const std::vector<node_index> expected{0, 1, 0, 2, 3, 2, 1, 0, 3, 0, 3, 2, 1, 3, 1, 1};
    BOOST_TEST(assign_partitions(16, 4) == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_SUITE_END()
