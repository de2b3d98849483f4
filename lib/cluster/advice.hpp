#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace memstore::cluster {

/// What is known of a load when a number of nodes is to be chosen.
struct load_profile {
    std::size_t threads = 1;  ///< that serve
    std::size_t partitions = 1;
    std::size_t nodes_now = 1;
    double operations_per_second = 0;           ///< all of them
    double queued_transactions_per_second = 0;  ///< those that take nodes: they write, mostly
    double partitions_per_transaction = 1;      ///< of those
    double wait_us_mean = 0;                    ///< in line; 0: not known
    double skew = 1;  ///< what the heaviest node bears, to the average: balance::heaviest
};

/// What one queued transaction costs with so many nodes, in nanoseconds.
struct node_cost {
    std::size_t nodes;
    double taking_ns;   ///< to take the nodes that it concerns, and to have so many in the caches
    double waiting_ns;  ///< to wait for them, where others hold them

    double all_ns() const noexcept { return taking_ns + waiting_ns; }
};

/// How many nodes there should be, and why.
struct advice {
    std::size_t nodes;
    std::vector<std::string> reasons;
    std::vector<node_cost> costs;  ///< of the numbers that were compared
};

/** Chooses the number of nodes that costs a transaction least.

    A transaction on k partitions meets m = N (1 - (1 - 1/N)^k) of N nodes. To take them costs so
   many nanoseconds each, and so does each node that there is, which the caches must hold. Another
   thread holds m nodes for a share b of its time; the two have one in common with probability o = 1
   - (1 - s m / N)^m, where s is the skew; so with T threads the transaction waits with probability
   1 - (1 - b o)^(T - 1), as long as waiting in line was measured to take, within reason. Reads take
   no node, so where hardly anything else comes, the number stays.

    The number that there is stays, too, unless another costs less by so much that it can be
    measured.
*/
advice advise(const load_profile& load);

}  // namespace memstore::cluster
