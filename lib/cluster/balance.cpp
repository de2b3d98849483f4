#include "cluster/balance.hpp"

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <limits>
#include <numeric>

namespace memstore::cluster {
namespace {

constexpr partition_index none = std::numeric_limits<partition_index>::max();

/// What goes to another node, and what comes back for it, if anything.
struct exchange {
    partition_index goes = none;
    partition_index comes = none;
    node_index to = 0;
    double heavier = std::numeric_limits<double>::max();  // of the two nodes, then
};

class spreading {
public:
    spreading(std::span<const node_index> owners, std::size_t nodes, std::span<const double> load)
        : load_(load), owners_(owners.begin(), owners.end()), of_nodes_(nodes), owned_(nodes) {
        for (partition_index each = 0; each < load.size(); ++each) {
            of_nodes_[owners_[each]] += load[each];
            owned_[owners_[each]].push_back(each);
        }
    }

    double heaviest() const noexcept { return of_nodes_[heaviest_node()]; }

    double least() const noexcept {
        const double all = std::accumulate(load_.begin(), load_.end(), 0.0);
        const double one = load_.empty() ? 0 : *std::max_element(load_.begin(), load_.end());
        return std::max(all / static_cast<double>(of_nodes_.size()), one);
    }

    /// @return false: nothing that can be exchanged makes it better by `gain`
    bool improve(double gain) {
        const node_index from = heaviest_node();
        exchange best = best_move(from);
        if (best.heavier > of_nodes_[from] - gain) best = best_swap(from);
        if (best.heavier > of_nodes_[from] - gain) return false;
        give(best.goes, from, best.to);
        if (best.comes != none) give(best.comes, best.to, from);
        return true;
    }

    const std::vector<node_index>& owners() const noexcept { return owners_; }

private:
    node_index heaviest_node() const noexcept {
        const auto at = std::max_element(of_nodes_.begin(), of_nodes_.end());
        return static_cast<node_index>(at - of_nodes_.begin());
    }
    node_index lightest_node() const noexcept {
        const auto at = std::min_element(of_nodes_.begin(), of_nodes_.end());
        return static_cast<node_index>(at - of_nodes_.begin());
    }

    void consider(exchange& best, node_index from, const exchange& other) const noexcept {
        const double back = other.comes == none ? 0 : load_[other.comes];
        const double more = load_[other.goes] - back;
        if (more <= 0) return;
        const double heavier = std::max(of_nodes_[from] - more, of_nodes_[other.to] + more);
        if (heavier >= best.heavier) return;
        best = other;
        best.heavier = heavier;
    }

    exchange best_move(node_index from) const noexcept {
        exchange best;
        const node_index to = lightest_node();
        for (const partition_index each : owned_[from]) consider(best, from, {each, none, to});
        return best;
    }

    exchange best_swap(node_index from) const noexcept {
        exchange best;
        for (std::size_t to = 0; to < owned_.size(); ++to) {
            if (to == from) continue;
            for (const partition_index goes : owned_[from]) {
                for (const partition_index comes : owned_[to]) {
                    consider(best, from, {goes, comes, static_cast<node_index>(to)});
                }
            }
        }
        return best;
    }

    void give(partition_index one, node_index from, node_index to) {
        of_nodes_[from] -= load_[one];
        of_nodes_[to] += load_[one];
        owned_[from].erase(std::find(owned_[from].begin(), owned_[from].end(), one));
        owned_[to].push_back(one);
        owners_[one] = to;
    }

    const std::span<const double> load_;
    std::vector<node_index> owners_;
    std::vector<double> of_nodes_;
    std::vector<std::vector<partition_index>> owned_;
};

}  // namespace

balance balance_of(
    std::span<const node_index> owners,
    std::size_t nodes,
    std::span<const double> load
) {
    const double all = std::accumulate(load.begin(), load.end(), 0.0);
    if (all <= 0) return {};
    const spreading now{owners, nodes, load};
    const double average = all / static_cast<double>(nodes);
    return {now.heaviest() / average, now.least() / average};
}

std::vector<partition_move> moves_to_balance(
    std::span<const node_index> owners,
    std::size_t nodes,
    std::span<const double> load,
    balance_goal goal
) {
    assert(owners.size() == load.size());
    spreading all{owners, nodes, load};
    const double least = all.least();
    if (all.heaviest() <= least * goal.begin_above) return {};
    const double gain = least * 0.001;
    for (std::size_t steps = 0; steps < owners.size(); ++steps) {
        if (all.heaviest() <= least * goal.end_at || !all.improve(gain)) break;
    }
    std::vector<partition_move> moves;
    for (partition_index each = 0; each < owners.size(); ++each) {
        const node_index after = all.owners()[each];
        if (after != owners[each]) moves.push_back({each, owners[each], after});
    }
    return moves;
}

}  // namespace memstore::cluster
