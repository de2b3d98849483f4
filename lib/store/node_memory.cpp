#include "store/node_memory.hpp"

#include "store/partition.hpp"

#include <optional>

namespace memstore::store {

void node_memory::seal() {
    to_do.seal(retired.now());
    retired.seal();
}

void node_memory::collect() {
    to_do.seal(retired.now());
    retired.collect();
}

std::size_t node_memory::clean_up(std::size_t most) {
    std::size_t done = 0;
    for (; done < most; ++done) {
        const std::optional<leftover> next = to_do.pop_before(retired.reachable_since());
        if (!next) break;
        next->in->clean_up_behind(*next);
    }
    return done;
}

}  // namespace memstore::store
