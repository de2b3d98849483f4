#include "cluster/layout.hpp"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <optional>

namespace memstore::cluster {
namespace {

/// Who owns what while it is being decided.
class reassignment {
public:
    reassignment(std::span<const node_index> owners, std::size_t nodes, ring_shape shape)
        : before_(owners),
          bounds_(bounds_for(owners.size(), nodes, shape)),
          walk_(owners.size(), nodes, shape.points_per_node),
          owned_(nodes, 0),
          after_(owners.begin(), owners.end()) {}

    std::vector<partition_move> moves() {
        take_from_the_gone();
        take_from_the_full();
        wanted_ = wanted();
        std::size_t left = homeless_.size();
        for (const partition_index each : homeless_) settle(each, left--);
        fill_the_poor();
        std::vector<partition_move> all;
        for (partition_index each = 0; each < after_.size(); ++each) {
            if (after_[each] != before_[each]) all.push_back({each, before_[each], after_[each]});
        }
        return all;
    }

private:
    bool stays(node_index owner) const noexcept { return owner < owned_.size(); }

    void take_from_the_gone() {
        for (partition_index each = 0; each < before_.size(); ++each) {
            if (stays(before_[each])) {
                ++owned_[before_[each]];
            } else {
                homeless_.push_back(each);
            }
        }
    }

    /// First those that would not come to this node if it had room for all.
    void take_from_the_full() {
        for (const bool guests_only : {true, false}) {
            for (partition_index each = 0; each < before_.size(); ++each) {
                const node_index owner = after_[each];
                if (!stays(owner) || owned_[owner] <= bounds_.most) continue;
                if (taken_[each] || (guests_only && walk_.first(each) == owner)) continue;
                --owned_[owner];
                homeless_.push_back(each);
                taken_[each] = true;
            }
        }
    }

    std::size_t wanted() const noexcept {
        std::size_t all = 0;
        for (const std::size_t each : owned_) all += bounds_.least - std::min(each, bounds_.least);
        return all;
    }

    /// To the first node on its way that has room; while there are no more without a home than
    /// others need, to one of those.
    void settle(partition_index one, std::size_t left) {
        const bool needed = left <= wanted_;
        const std::size_t room = needed ? bounds_.least : bounds_.most;
        const node_index home =
            walk_.find(one, [&](node_index node) { return owned_[node] < room; });
        after_[one] = home;
        if (owned_[home]++ < bounds_.least) --wanted_;
    }

    void fill_the_poor() {
        for (std::size_t poor = 0; poor < owned_.size(); ++poor) {
            while (owned_[poor] < bounds_.least) give_to(static_cast<node_index>(poor));
        }
    }

    /// Takes one from the node that has most, if it can be one that would come here first.
    void give_to(node_index poor) {
        const auto rich = static_cast<node_index>(
            std::max_element(owned_.begin(), owned_.end()) - owned_.begin()
        );
        std::optional<partition_index> chosen;
        for (partition_index each = 0; each < after_.size(); ++each) {
            if (after_[each] != rich || before_[each] != rich) continue;
            if (walk_.first(each) == poor) {
                chosen = each;
                break;
            }
            if (!chosen || walk_.first(each) != rich) chosen = each;
        }
        after_[*chosen] = poor;
        --owned_[rich];
        ++owned_[poor];
    }

    const std::span<const node_index> before_;
    const owned_bounds bounds_;
    const ring_walk walk_;
    std::vector<std::size_t> owned_;
    std::vector<node_index> after_;
    std::vector<partition_index> homeless_;
    std::vector<bool> taken_ = std::vector<bool>(before_.size());  // of each partition
    std::size_t wanted_ = 0;  // how many more the nodes that own too few need
};

}  // namespace

owned_bounds bounds_for(std::size_t partitions, std::size_t nodes, ring_shape shape) {
    const double average = static_cast<double>(partitions) / static_cast<double>(nodes);
    return {
        .least = static_cast<std::size_t>(std::floor(average / shape.load_max)),
        .most = static_cast<std::size_t>(std::ceil(average * shape.load_max))};
}

std::vector<partition_move> moves_to_resize(
    std::span<const node_index> owners,
    std::size_t nodes,
    ring_shape shape
) {
    assert(nodes > 0 && nodes <= owners.size());
    return reassignment{owners, nodes, shape}.moves();
}

}  // namespace memstore::cluster
