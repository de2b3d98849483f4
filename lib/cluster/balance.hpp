#pragma once

#include "cluster/layout.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace memstore::cluster {

/// How a load is spread, as ratios to what each node would bear if all bore the same.
struct balance {
    double heaviest = 1;  ///< what the node bears that bears most
    double least = 1;     ///< no less can be had: a partition is moved as a whole
};

/// @param load  of each partition, in any unit
balance balance_of(
    std::span<const node_index> owners,
    std::size_t nodes,
    std::span<const double> load
);

/// When partitions are moved by load, and how far: the gap between the two keeps measured loads,
/// which waver, from moving them back and forth.
struct balance_goal {
    double begin_above = 1.10;  ///< the least that can be had, times so much
    double end_at = 1.02;       ///< the same
};

/** What has to move so that the loads of the nodes come near each other: from the node that bears
    most to those that bear less, single partitions, or two that change places.

    @return nothing, where it is near enough as it is
    @par Complexity  at worst partitions squared times the moves; it makes at most one move a
      partition
*/
std::vector<partition_move> moves_to_balance(
    std::span<const node_index> owners,
    std::size_t nodes,
    std::span<const double> load,
    balance_goal goal = {}
);

}  // namespace memstore::cluster
