#pragma once

#include "app/settings.hpp"
#include "cluster/ring.hpp"
#include "persist/data_directory.hpp"
#include "persist/fault.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace memstore::app {

/// How many nodes there are, and which of them owns each partition.
struct layout {
    std::size_t nodes;
    std::vector<cluster::node_index> owners;

    friend bool operator==(const layout&, const layout&) = default;
};

/// The layout that a data directory keeps; nothing where it keeps none, or it is damaged, or of
/// another number of partitions.
std::optional<layout> kept_layout(const persist::data_directory& in, std::size_t partitions);

/// Keeps a layout in a directory that the caller holds the lock of.
persist::checked<void> keep_layout(const persist::data_directory& in, const layout& kept);

/** The layout that a store starts with: the one that was kept, brought to the number of nodes that
    is asked for, where one is; what the ring says, where none was kept.

    @param nodes  how many, where none was kept or they are asked for
*/
layout first_layout(std::optional<layout> kept, const settings& values, std::size_t nodes);

}  // namespace memstore::app
