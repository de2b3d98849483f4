#pragma once

#include "base/clock.hpp"
#include "base/hash.hpp"
#include "store/epoch.hpp"
#include "store/held_snapshot.hpp"
#include "store/key_walk.hpp"
#include "store/node_memory.hpp"
#include "store/partition.hpp"
#include "store/snapshot.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <span>
#include <string_view>
#include <vector>

namespace memstore::test {

/// Partitions of one node, and what a node does around them. One thread writes.
class partitioned_store {
public:
    /// @param lag  how many commits behind the last one readers begin
    explicit partitioned_store(std::size_t partitions, std::uint64_t lag = 0) : lag_(lag) {
        memory.shows_late = lag > 0;
        while (partitions_.size() < partitions) partitions_.emplace_back(memory);
    }

    store::located_key at(std::string_view key) const noexcept {
        const std::uint64_t hash = hash_of(key);
        const auto count = static_cast<std::uint32_t>(partitions_.size());
        return {key, hash, base::scale(hash, count)};
    }

    /// Writes that were located here, each key once. @return their version
    std::uint64_t commit(std::span<const store::write> writes) {
        ++version_;
        for (store::partition& each : partitions_) {
            each.begin_commit();
            each.set_commit_version(version_);
        }
        for (const store::write& each : writes) partitions_[each.key.slot].apply(each, version_);
        for (store::partition& each : partitions_) each.publish();
        memory.retired.seal();
        for (store::partition& each : partitions_) each.reclaim(4, visible());
        return version_;
    }

    /// The version that readers begin at.
    std::uint64_t visible() const noexcept { return version_ > lag_ ? version_ - lag_ : 1; }

    /// From here on, at the last one.
    void catch_up() noexcept { lag_ = 0; }

    /// Of what is visible. @pre  the epoch domain is pinned for as long as it is used
    store::snapshot now() const {
        store::snapshot all;
        for (const store::partition& each : partitions_) all.add({each, visible()});
        all.set_version(visible());
        return all;
    }

    /// Of what is visible, for as long as it is kept.
    store::held_snapshot hold(base::moment time) {
        return {epochs, epochs.held().hold(visible()).value(), now(), time};
    }

    /// All that lies in chunks that were in part free when the first partition was begun with is on
    /// its way out of them: a step of so many keys of each.
    void relocate(std::size_t keys) {
        walks_.resize(partitions_.size());
        for (std::size_t at = 0; at < partitions_.size(); ++at) {
            if (!partitions_[at].can_relocate()) continue;
            store::key_walk& walk = walks_[at];
            if (at == 0 && walk.is_new()) memory.blocks.begin_clearing(~std::size_t{0});
            walk.begin_step(keys);
            partitions_[at].relocate(walk);
            if (!walk.is_over()) walk = {};
        }
    }

    /// What a node does while it is idle.
    void collect() {
        memory.retired.collect();
        for (store::partition& each : partitions_) {
            each.reclaim(100'000, visible());
            each.sweep(100'000);
        }
    }

    /// Of all kinds, those that were erased and are still there among them.
    std::size_t keys() const noexcept {
        std::size_t all = 0;
        for (const store::partition& each : partitions_) all += each.index().size();
        return all;
    }

    base::key_hasher hash_of{{}};
    store::epoch_domain epochs;
    store::node_memory memory{epochs};

private:
    std::deque<store::partition> partitions_;
    std::vector<store::key_walk> walks_;
    std::uint64_t lag_;
    std::uint64_t version_ = 1;
};

}  // namespace memstore::test
