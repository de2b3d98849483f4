#include "cluster/commit.hpp"
#include "store/commit_record.hpp"

namespace memstore::cluster {

void publish(std::span<store::partition* const> changed, store::node_memory& memory) {
    if (changed.size() == 1) {
        changed.front()->publish();
        return;
    }
    auto* const record = store::commit_record::make(memory.blocks, changed.size());
    for (store::partition* const each : changed) {
        each->point_at(record->add(each->published(), each->working()));
    }
    record->commit();
    for (store::partition* const each : changed) each->settle();
    memory.retired.retire(record, record->block_bytes());
}

}  // namespace memstore::cluster
