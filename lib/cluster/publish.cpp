#include "cluster/commit.hpp"
#include "store/commit_record.hpp"

#include <memory>

namespace memstore::cluster {
namespace {

void destroy_commit_record(void* record) noexcept {
    delete static_cast<store::commit_record*>(record);
}

}  // namespace

void publish(std::span<store::partition* const> changed, store::limbo& retired) {
    if (changed.size() == 1) {
        changed.front()->publish();
        return;
    }
    auto record = std::make_unique<store::commit_record>(changed.size());
    for (store::partition* const each : changed) {
        each->point_at(record->add(each->published(), each->working()));
    }
    record->commit();
    for (store::partition* const each : changed) each->settle();
    retired.retire(record.release(), destroy_commit_record);
}

}  // namespace memstore::cluster
