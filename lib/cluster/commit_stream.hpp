#pragma once

#include "cluster/node_history.hpp"
#include "cluster/recorded_commit.hpp"
#include "cluster/state.hpp"

#include <cstdint>
#include <vector>

namespace memstore::cluster {

/** Finds a version up to which everything is over: no commit with that version or a lower one is
    on its way any more, all are recorded and visible. From here on that version may be named.

    It takes the last version handed out and then asks each node what it still has on its way: every
    commit up to that version was announced before. The answer lags behind commits under way, and
    never goes back. Nobody waits.

    Where commits are shown only when they are durable, it is the version that is: the journal shows
    none before it, and all that come before it, are recorded.

    @pre  the nodes keep histories, since they announce only what they record
    @par Threads  any
    @par Complexity  a load a node
*/
std::uint64_t settle(state& cluster) noexcept;

/// The lowest version from which a commit_stream can begin.
std::uint64_t oldest_held(const state& cluster) noexcept;

/** The recorded commits of all nodes, in the order of their versions.

    @par Threads  one at a time, with the epoch domain pinned all the while
*/
class commit_stream {
public:
    /// The commits of versions in (after, up_to].
    /// @param up_to  settled
    /// @par Complexity  that of a history_cursor for each node
    commit_stream(const state& cluster, std::uint64_t after, std::uint64_t up_to);

    /// nullptr: that was the last, or lost(). Complexity: logarithmic in the nodes.
    const recorded_commit* next();

    /// Whether some of what comes next was dropped: there is nothing more to be had.
    bool lost() const noexcept { return lost_; }

private:
    /// A commit, and where the one after it will be found.
    struct place {
        const recorded_commit* commit;
        std::size_t cursor;
    };

    static bool later(const place& one, const place& other) noexcept {
        return one.commit->version() > other.commit->version();
    }
    void add_current(std::size_t cursor);

    const std::uint64_t up_to_;
    std::vector<history_cursor> cursors_;
    std::vector<place> heads_;  // a heap, the lowest version first
    bool lost_ = false;
};

}  // namespace memstore::cluster
