#pragma once

#include "cluster/passage.hpp"
#include "cluster/state.hpp"
#include "service/snapshot_service.hpp"
#include "store/held_snapshot.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace memstore::cluster {

/** Takes a snapshot of all partitions: a transaction over all nodes that writes nothing.

    @par Threads  take() from any; the rest whichever runs it
*/
class cut final : private passage {
public:
    /// Its object is there until the snapshot has been given to `to`.
    /// @return as service::snapshot_service::take_snapshot()
    /// @throws std::bad_alloc
    static bool take(state& cluster, service::snapshot_sink& to);

private:
    cut(state& cluster, service::snapshot_sink& to);

    bool run() noexcept override;
    std::span<node* const> plan_anew() noexcept override;
    bool conclude(bool in_place) noexcept override;
    std::size_t weight() const noexcept override;

    state& cluster_;
    service::snapshot_sink& to_;
    std::vector<node*> nodes_;
    std::optional<store::held_snapshot> taken_;
};

}  // namespace memstore::cluster
