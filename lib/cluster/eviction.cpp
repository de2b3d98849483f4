#include "cluster/eviction.hpp"

#include "cluster/growth.hpp"
#include "store/key_record.hpp"
#include "store/revision.hpp"

#include <algorithm>
#include <string_view>

namespace memstore::cluster {
namespace {

/// More find older keys, and take longer: ten come near to a true order (Redis documents the same).
constexpr std::size_t samples = 10;

/// Samples without a key to remove before it is given up: what was erased may lie about.
constexpr std::size_t misses_max = 64;

constexpr std::size_t removals_a_commit = 128;

/// After these, twice what is needed is enough.
constexpr std::size_t commits_max = 16;

}  // namespace

bool evictor::make_room(
    state& cluster,
    std::span<node* const> held,
    std::size_t wanted,
    std::size_t needed
) {
    find_partitions(held);
    std::size_t freed = 0;
    for (std::size_t commits = 0; freed < wanted; ++commits) {
        if (commits >= commits_max && freed >= 2 * needed) break;
        const std::size_t more = choose(cluster, wanted - freed);
        if (more == 0) break;
        committer_.commit(cluster, partitions_, removals_, held);
        cluster.evicted_keys.fetch_add(removals_.writes().size(), std::memory_order_relaxed);
        cluster.uses.note_evicted(more);
        freed += more;
    }
    removals_.clear();
    return freed >= std::min(wanted, needed);
}

void evictor::find_partitions(std::span<node* const> held) {
    partitions_.clear();
    for (const node* const each : held) {
        partitions_.insert(partitions_.end(), each->partitions.begin(), each->partitions.end());
    }
    std::sort(partitions_.begin(), partitions_.end());
}

/// So that each key is as likely to be picked.
void evictor::count_keys(const state& cluster) {
    keys_to_.clear();
    std::size_t keys = 0;
    for (const partition_index each : partitions_) {
        keys += cluster.partitions[each].size();
        keys_to_.push_back(keys);
    }
}

/// @return what the removals give up
std::size_t evictor::choose(const state& cluster, std::size_t wanted) {
    removals_.clear();
    count_keys(cluster);
    if (keys_to_.back() == 0) return 0;
    std::size_t bytes = 0;
    while (bytes < wanted && removals_.writes().size() < removals_a_commit) {
        const candidate oldest = oldest_of_some(cluster);
        if (oldest.record == nullptr) break;
        const std::string_view key = oldest.record->key();
        bytes += bytes_taken_by(key, *oldest.record->newest());
        removals_.put(
            {.key = {key, cluster.hash_of(key), oldest.slot},
             .value = {},
             .erased = true,
             .cause = base::change_cause::evicted}
        );
    }
    return bytes;
}

evictor::candidate evictor::oldest_of_some(const state& cluster) {
    candidate oldest;
    for (std::size_t i = 0; i < samples; ++i) {
        const candidate next = sample(cluster);
        if (next.record == nullptr) break;
        if (oldest.record == nullptr || next.age > oldest.age) oldest = next;
    }
    return oldest;
}

evictor::candidate evictor::sample(const state& cluster) {
    const store::use_time now = cluster.uses.now();
    for (std::size_t misses = 0; misses < misses_max; ++misses) {
        const auto place =
            std::upper_bound(keys_to_.begin(), keys_to_.end(), pick(keys_to_.back()));
        const auto slot = static_cast<std::uint32_t>(place - keys_to_.begin());
        const store::hash_index& index = cluster.partitions[partitions_[slot]].index();
        const store::key_record* const found = index.sample(std::uint64_t{random_()} << 33);
        if (found == nullptr || found->newest()->erased()) continue;
        const std::string_view key = found->key();
        if (removals_.find({key, cluster.hash_of(key), slot}) != nullptr) continue;
        return {found, slot, found->last_use().age(now)};
    }
    return {};
}

}  // namespace memstore::cluster
