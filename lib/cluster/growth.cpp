#include "cluster/growth.hpp"

#include "store/deadline_index.hpp"
#include "store/key_record.hpp"
#include "store/revision.hpp"
#include "store/slab.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

namespace memstore::cluster {
namespace {

/// A key's share of index and tree, on average.
constexpr std::size_t share_bytes = 40;

std::size_t value_bytes(std::size_t bytes, bool expires) noexcept {
    const std::size_t entry = expires ? store::deadline_index::entry_bytes : 0;
    return store::slab_layout::taken_by(store::revision::bytes_for(bytes, expires)) + entry;
}

std::size_t key_bytes(std::size_t bytes) noexcept {
    return store::slab_layout::taken_by(store::key_record::bytes_for(bytes)) + share_bytes;
}

/// What a write would leave in the place of nothing.
std::size_t bytes_of(const store::write& one) noexcept {
    if (one.erased) return 0;
    return key_bytes(one.key.bytes.size()) +
           value_bytes(one.value.size(), one.deadline != base::never);
}

/// About what would be there if nothing had to wait until it is freed.
std::size_t lasting_bytes(const state& cluster) noexcept {
    std::size_t bytes = 0;
    for (const store::partition& each : cluster.partitions) {
        bytes += each.bytes() + each.index().bytes() + each.tree_bytes();
    }
    return bytes;
}

std::size_t bytes_at_most(const store::write_set& changes) noexcept {
    std::size_t bytes = 0;
    for (const store::write& each : changes.writes()) bytes += bytes_of(each);
    return bytes;
}

}  // namespace

bool could_fit(const state& cluster, const store::write_set& changes) noexcept {
    std::size_t bytes = bytes_at_most(changes);
    for (const store::partition& each : cluster.partitions) bytes += each.index().bytes();
    return bytes <= cluster.memory_bytes_max;
}

std::int64_t growth(const store::snapshot& before, const store::write_set& changes) noexcept {
    std::int64_t bytes = 0;
    for (const store::write& each : changes.writes()) {
        bytes += static_cast<std::int64_t>(bytes_of(each));
        const store::revision* const there = before[each.key.slot].find(each.key);
        if (there == nullptr) continue;
        bytes -= static_cast<std::int64_t>(bytes_taken_by(each.key.bytes, *there));
    }
    return bytes;
}

std::size_t bytes_taken_by(std::string_view key, const store::revision& value) noexcept {
    return key_bytes(key.size()) + value_bytes(value.value().size(), value.expires());
}

std::optional<refusal> refuse_growth(
    const state& cluster,
    const store::snapshot& before,
    const store::write_set& changes
) {
    const std::size_t limit = cluster.memory_bytes_max;
    if (limit == 0) return std::nullopt;
    const std::size_t pressure = cluster.pressure();
    std::size_t now = cluster.memory_bytes();
    if (now + pressure + bytes_at_most(changes) <= limit) return std::nullopt;
    if (cluster.evicts()) now = std::min(now, lasting_bytes(cluster)) + pressure;
    const std::int64_t more = growth(before, changes);
    if (more <= 0) return std::nullopt;
    const std::size_t then = now + static_cast<std::size_t>(more);
    if (then <= limit) return std::nullopt;
    return refusal{
        .code = errc::memory_limit,
        .what = "the store would take " + std::to_string(then) +
                " bytes, more than memory.limit (" + std::to_string(limit) +
                "): delete what is not needed",
        .violated = limit_violation{limit, then, "memory.limit"},
    };
}

}  // namespace memstore::cluster
