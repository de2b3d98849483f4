#pragma once

#include "cluster/commit.hpp"
#include "cluster/state.hpp"
#include "store/write_set.hpp"

#include <cstddef>
#include <cstdint>
#include <random>
#include <span>
#include <vector>

namespace memstore::cluster {

/** Makes room by removing keys: of a few at random, the one that was not asked for longest, again
    and again (sampled eviction, as Redis has it). The removals are commits of their own, as those
    of expired keys are.

    @par Threads  one at a time
*/
class evictor {
public:
    /** Removes keys from the partitions of nodes that are held, while none of them is committing.

        A store far above its limit, as after a start with a lower one, does not get there at once,
        so that nobody waits for long: it shrinks with every call.

        @param wanted  bytes
        @param needed  bytes by which the store is about to grow
        @return whether it is no larger than before then, or small enough, by estimate: else there
          are no more keys to be found
        @par Complexity  linear in what is removed
    */
    bool make_room(
        state& cluster,
        std::span<node* const> held,
        std::size_t wanted,
        std::size_t needed
    );

    /// A number below `end`, at random.
    std::size_t pick(std::size_t end) { return random_() % end; }

private:
    struct candidate {
        const store::key_record* record = nullptr;
        std::uint32_t slot = 0;
        std::uint32_t age = 0;
    };

    void find_partitions(std::span<node* const> held);
    void count_keys(const state& cluster);
    std::size_t choose(const state& cluster, std::size_t wanted);
    candidate oldest_of_some(const state& cluster);
    candidate sample(const state& cluster);

    std::vector<partition_index> partitions_;
    std::vector<std::size_t> keys_to_;  // in the partitions up to and including each
    store::write_set removals_;
    committer committer_;
    std::minstd_rand0 random_{std::random_device{}()};
};

}  // namespace memstore::cluster
