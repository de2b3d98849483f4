#pragma once

#include "cluster/layout.hpp"
#include "store/key_walk.hpp"

#include <cstddef>
#include <deque>

namespace memstore::cluster {

struct node;
struct state;

/** Keeps what a node holds of memory near what is in use of it, where there is a memory limit.

    Where values of other sizes come in the place of those that go, or keys go here and there,
   chunks stay that are used in part. Once the store holds more than it may at its limit, the
   emptiest of them are cleared: a walk over the node's keys copies what lies in them (compaction by
   copying, as the active defragmentation of Redis does it). It goes on with every commit, in
   proportion to what that has written.

    @par Threads  the node's owner's
*/
class compactor {
public:
    /** Goes on, after a commit.

        @param own  holds it, with no commit on its way
        @param written  bytes, about
        @par Complexity  linear in the nodes, and in the keys that it looks at: some thousand at
       most
    */
    void go_on(state& cluster, node& own, std::size_t written);

private:
    struct stop {
        partition_index partition;
        store::key_walk walk = {};
        std::size_t attempts = 0;
    };

    bool begin(const state& cluster, node& own);
    void end(const node& own) noexcept;
    void look_at(std::size_t keys, state& cluster, node& own);
    std::size_t visit(std::size_t keys, state& cluster, const node& own);

    std::deque<stop> way_;            // what is left to look at
    double keys_per_byte_ = 0;        // to look at, of what is written
    double due_ = 0;                  // keys
    std::size_t patience_ = 0;        // bytes to be written, until the walk is given up
    std::size_t rests_ = 0;           // the same, until the next one
    std::size_t leaving_chunks_ = 0;  // when the walk began
};

}  // namespace memstore::cluster
