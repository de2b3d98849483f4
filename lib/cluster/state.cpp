#include "cluster/state.hpp"

#include <cassert>

namespace memstore::cluster {

state::state(
    const settings& size,
    const base::key_hasher::secret& secret,
    const base::clock& clock,
    std::span<const boost::asio::any_io_executor> executors
)
    : memory_bytes_max(size.memory_bytes_max),
      time(clock),
      hash_of(secret),
      owners(assign_partitions(size.partitions, size.nodes)) {
    assert(!executors.empty());
    // An equal share each, since nobody but its owner may take from a node.
    const std::size_t history_bytes = (size.history_bytes + size.nodes - 1) / size.nodes;
    for (std::size_t i = 0; i < size.nodes; ++i) {
        nodes.emplace_back(
            executors[i % executors.size()],
            epochs,
            history_bytes,
            size.history_bytes
        );
    }
    for (partition_index i = 0; i < owners.size(); ++i) {
        node& owner = nodes[owners[i]];
        owner.partitions.push_back(i);
        partitions.emplace_back(owner.memory);
    }
}

void state::append_to(persist::journal& to) noexcept {
    journal = &to;
    for (node& each : nodes) each.memory.shows_late = shows_durable_only();
}

std::size_t state::memory_bytes() const noexcept {
    std::size_t bytes = 0;
    for (const node& each : nodes) bytes += each.memory.bytes();
    return bytes;
}

}  // namespace memstore::cluster
