#pragma once

#include "cluster/cluster.hpp"

#include <cstdint>
#include <thread>

namespace memstore::app {

/** Has the C library give back what it keeps of freed memory, on a thread of its own: once a
   second, where the process is larger than the store in it accounts for. Values above two kibibytes
   are its blocks, and those of other sizes leave holes among them.

    What that does not give back was not its to give: then it waits longer until the next time.
*/
class memory_trimmer {
public:
    /// @param store  outlives it
    explicit memory_trimmer(const cluster::cluster& store);

private:
    bool trim() const;

    const cluster::cluster& store_;
    const std::uint64_t bytes_at_start_;  // of the process, with a store that has nothing yet
    std::jthread trimming_;
};

}  // namespace memstore::app
