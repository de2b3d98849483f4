#include "cluster/state.hpp"

#include <algorithm>
#include <cassert>

namespace memstore::cluster {

state::state(
    const settings& size,
    const base::key_hasher::secret& secret,
    const base::clock& clock,
    std::span<const boost::asio::any_io_executor> executors_of_queues
)
    : memory_bytes_max(size.memory_bytes_max),
      unused(size.unused),
      policy(size.memory_bytes_max > 0 ? size.policy : memory_policy::reject),
      uses(size.memory_bytes_max, clock.now()),
      time(clock),
      hash_of(secret),
      load(size.partitions),
      budget(size.history_bytes),
      executors(executors_of_queues.begin(), executors_of_queues.end()),
      owners(size.partitions),
      in_use(size.nodes),
      nodes(std::max(size.partitions, size.nodes)) {
    assert(!executors.empty());
    budget.share_among(size.nodes);
    make_nodes(size.nodes);
    const std::vector<node_index> layout =
        size.owners.empty() ? assign_partitions(size.partitions, size.nodes) : size.owners;
    assert(layout.size() == size.partitions);
    for (partition_index i = 0; i < layout.size(); ++i) {
        node& owner = nodes[layout[i]];
        owners[i].store(owner.index, std::memory_order_relaxed);
        owner.partitions.push_back(i);
        partitions.emplace_back(owner.memory);
    }
}

/// Blocks are anywhere, once partitions have moved: all go home before the first home ends.
state::~state() {
    partitions.clear();
    for (node& each : nodes) {
        each.history.clear();
        each.memory.retired.free_all();
    }
    for (int i = 0; i < 2; ++i) {
        for (node& each : nodes) each.memory.blocks.return_idle();
    }
}

void state::make_nodes(std::size_t count) {
    while (nodes.size() < count) {
        const auto index = static_cast<node_index>(nodes.size());
        node& made = nodes.emplace_back(index, executors[index % executors.size()], epochs, budget);
        made.memory.shows_late = shows_durable_only();
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

std::size_t state::memory_bytes_held() const noexcept {
    std::size_t bytes = 0;
    for (const node& each : nodes) bytes += each.memory.bytes_held();
    return bytes;
}

std::size_t state::excess_bytes() const noexcept {
    std::size_t held = 0;
    std::size_t free_bytes = 0;
    for (const node& each : nodes) {
        held += each.memory.bytes_held();
        free_bytes += each.memory.bytes_unused();
    }
    const std::size_t allowed =
        memory_bytes_max / unused.part_of_limit + nodes_in_use() * unused.bytes_a_node;
    if (free_bytes <= allowed || held <= memory_bytes_max + allowed) return 0;
    return std::min(free_bytes, held - memory_bytes_max) - allowed;
}

}  // namespace memstore::cluster
