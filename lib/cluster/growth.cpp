#include "cluster/growth.hpp"

#include "store/deadline_index.hpp"
#include "store/key_record.hpp"
#include "store/revision.hpp"
#include "store/slab.hpp"

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

/// What a write would leave in the place of nothing.
std::size_t bytes_of(const store::write& one) noexcept {
    if (one.erased) return 0;
    const std::size_t key = store::key_record::bytes_for(one.key.bytes.size());
    return store::slab_layout::taken_by(key) + share_bytes +
           value_bytes(one.value.size(), one.deadline != base::never);
}

std::size_t bytes_at_most(const store::write_set& changes) noexcept {
    std::size_t bytes = 0;
    for (const store::write& each : changes.writes()) bytes += bytes_of(each);
    return bytes;
}

std::int64_t growth(const store::snapshot& before, const store::write_set& changes) noexcept {
    std::int64_t bytes = 0;
    for (const store::write& each : changes.writes()) {
        bytes += static_cast<std::int64_t>(bytes_of(each));
        const store::revision* const there = before[each.key.slot].find(each.key);
        if (there == nullptr) continue;
        const store::write same{
            .key = each.key,
            .value = there->value(),
            .deadline = there->deadline()};
        bytes -= static_cast<std::int64_t>(bytes_of(same));
    }
    return bytes;
}

}  // namespace

std::optional<refusal> refuse_growth(
    const state& cluster,
    const store::snapshot& before,
    const store::write_set& changes
) {
    const std::size_t limit = cluster.memory_bytes_max;
    if (limit == 0) return std::nullopt;
    const std::size_t now = cluster.memory_bytes();
    if (now + bytes_at_most(changes) <= limit) return std::nullopt;
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
