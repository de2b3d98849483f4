#pragma once

#include "cluster/node_queue.hpp"
#include "cluster/state.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace memstore::cluster {

/** A transaction's way through the node queues: it takes them in ascending order, so that nobody
    waits in a circle, runs while it holds them all, and gives them back.

    Where all are idle that happens at once, on the caller's thread. Otherwise it lines up, and
    whoever passes it the last node runs it there; after a few such runs in place, the rest goes
    through the node's strand.

    @par Threads  enter() from one; what it then calls, from any, but one at a time
*/
class passage : public turn {
public:
    /// @param nodes  ascending and none twice; they stay as they are until conclude()
    /// @return whether it ran and concluded before the return
    bool enter(std::span<node* const> nodes, state& cluster);

protected:
    ~passage() = default;

    /// Every node is owned; the epoch domain is pinned until after conclude().
    virtual void run() noexcept = 0;

    /// The nodes are free again; the last call, the passage may be used anew or destroyed in it.
    virtual void conclude(bool in_place) noexcept = 0;

private:
    using passages = std::vector<passage*>;

    bool acquire_rest() noexcept;
    void run_and_release(bool in_place, passages& granted);
    void resume(passages& granted);
    void post_resume();
    static void resume_all(passages& granted);

    std::span<node* const> nodes_;
    std::size_t owned_ = 0;
    state* cluster_ = nullptr;
};

}  // namespace memstore::cluster
