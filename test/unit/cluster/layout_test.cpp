#include "cluster/layout.hpp"

#include "support/carry_out.hpp"

#include <boost/test/data/monomorphic.hpp>
#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cmath>
#include <random>
#include <vector>

namespace memstore::cluster {
namespace {

namespace bdata = boost::unit_test::data;

std::vector<std::size_t> owned_by(const std::vector<node_index>& owners, std::size_t nodes) {
    std::vector<std::size_t> owned(nodes, 0);
    for (const node_index owner : owners) ++owned.at(owner);
    return owned;
}

/// The fewest that can move: what has to leave a node, or what has to come to one, if that is more.
std::size_t moves_at_least(const std::vector<node_index>& owners, std::size_t nodes) {
    const owned_bounds bounds = bounds_for(owners.size(), nodes);
    std::vector<std::size_t> owned(std::max<std::size_t>(nodes, 1) + owners.size(), 0);
    for (const node_index owner : owners) ++owned.at(owner);
    std::size_t leave = 0;
    std::size_t come = 0;
    for (std::size_t node = 0; node < owned.size(); ++node) {
        if (node >= nodes) {
            leave += owned[node];
        } else {
            leave += owned[node] - std::min(owned[node], bounds.most);
            come += bounds.least - std::min(owned[node], bounds.least);
        }
    }
    return std::max(leave, come);
}

void check_resize(std::vector<node_index>& owners, std::size_t nodes) {
    const auto moves = moves_to_resize(owners, nodes);
    BOOST_TEST(moves.size() == moves_at_least(owners, nodes));
    test::carry_out(moves, owners);
    const owned_bounds bounds = bounds_for(owners.size(), nodes);
    for (const std::size_t each : owned_by(owners, nodes)) {
        BOOST_TEST(each >= bounds.least);
        BOOST_TEST(each <= bounds.most);
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(layout)

BOOST_DATA_TEST_CASE(
    every_resize_moves_the_fewest_within_the_bounds,
    bdata::make({1, 2, 16, 64, 271, 1024}) * bdata::xrange(8),
    partitions,
    seed
) {
    std::mt19937 random{static_cast<unsigned>(seed)};
    const auto count = static_cast<std::size_t>(partitions);
    const std::size_t nodes_max = std::min<std::size_t>(count, 40);
    std::vector<node_index> owners = assign_partitions(count, 1 + random() % nodes_max);
    for (int step = 0; step < 12; ++step) check_resize(owners, 1 + random() % nodes_max);
}

BOOST_AUTO_TEST_CASE(one_node_more_or_less_moves_its_own_share_and_no_more) {
    std::vector<node_index> owners = assign_partitions(271, 1);
    for (std::size_t nodes = 1; nodes < 32; ++nodes) {
        const auto moves = moves_to_resize(owners, nodes + 1);
        const double share = std::ceil(271.0 / static_cast<double>(nodes + 1) * 1.05);
        BOOST_TEST(static_cast<double>(moves.size()) <= share + static_cast<double>(nodes));
        for (const partition_move& each : moves) BOOST_TEST(each.to == nodes);
        test::carry_out(moves, owners);
    }
    for (std::size_t nodes = 32; nodes > 1; --nodes) {
        const std::size_t leaving = owned_by(owners, nodes).back();
        const auto moves = moves_to_resize(owners, nodes - 1);
        BOOST_TEST(moves.size() == leaving);
        test::carry_out(moves, owners);
    }
    BOOST_TEST(owned_by(owners, 1).front() == 271U);
}

BOOST_AUTO_TEST_CASE(a_partition_a_node_is_the_most_there_can_be) {
    std::vector<node_index> owners = assign_partitions(64, 3);
    test::carry_out(moves_to_resize(owners, 64), owners);
    const auto owned = owned_by(owners, 64);
    BOOST_TEST(*std::max_element(owned.begin(), owned.end()) <= 2U);
    test::carry_out(moves_to_resize(owners, 1), owners);
    BOOST_TEST(owned_by(owners, 1).front() == 64U);
}

BOOST_AUTO_TEST_CASE(the_same_number_again_moves_nothing) {
    for (std::size_t nodes = 1; nodes < 20; ++nodes) {
        std::vector<node_index> owners = assign_partitions(271, nodes);
        test::carry_out(moves_to_resize(owners, nodes), owners);
        BOOST_TEST(moves_to_resize(owners, nodes).empty());
    }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace memstore::cluster
