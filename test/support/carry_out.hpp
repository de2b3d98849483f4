#pragma once

#include "cluster/layout.hpp"

#include <boost/test/unit_test.hpp>

#include <vector>

namespace memstore::test {

/// Moves partitions, each of which must be where it is said to be, and go somewhere else.
inline void carry_out(
    const std::vector<cluster::partition_move>& moves,
    std::vector<cluster::node_index>& owners
) {
    for (const cluster::partition_move& each : moves) {
        BOOST_REQUIRE_EQUAL(owners[each.partition], each.from);
        BOOST_REQUIRE_NE(each.from, each.to);
        owners[each.partition] = each.to;
    }
}

}  // namespace memstore::test
