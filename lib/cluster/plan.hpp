#pragma once

#include "cluster/index_set.hpp"
#include "cluster/state.hpp"
#include "command/command.hpp"
#include "store/write_set.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace memstore::cluster {

/** Which partitions and nodes a transaction concerns, and where each of its keys is among them: all
    partitions, as soon as one of its commands is on a range.

    @par Threads  one at a time
*/
class plan {
public:
    /// Complexity: linear in commands and partitions; keeps its memory for the next.
    void make(const command::transaction& what, const state& cluster);

    /// For a transaction that enters queues: nodes() are found, those that own the partitions now.
    void find_nodes(state& cluster);

    /// Has a node be held beside those.
    void add_node(node& other);

    /// Whether they still do, while they are held.
    bool has_right_nodes(const state& cluster) const noexcept;

    std::span<const store::located_key> keys() const noexcept { return keys_; }  ///< one a command
    std::span<const partition_index> partitions() const noexcept {
        return partitions_;
    }                                                                 ///< ascending
    std::span<node* const> nodes() const noexcept { return nodes_; }  ///< ascending

    /// How many partitions commands on ranges look at; 0 where there is none of those.
    std::size_t scanned_partitions() const noexcept { return spans_ ? partitions_.size() : 0; }

    /// Gives back the memory that an unusually large transaction left.
    void shrink();

private:
    void take_all(const state& cluster);
    void find_partitions(const state& cluster);
    void prefetch(const state& cluster) const noexcept;
    bool find_owners(const state& cluster);

    std::vector<store::located_key> keys_;
    std::vector<partition_index> partitions_;
    std::vector<node*> nodes_;
    index_set distinct_;  // after find_nodes(), of several partitions: their owners
    std::uint64_t layout_version_ = 0;
    bool spans_ = false;
};

}  // namespace memstore::cluster
