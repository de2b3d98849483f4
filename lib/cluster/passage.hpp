#pragma once

#include "cluster/node_queue.hpp"
#include "cluster/state.hpp"

#include <cstddef>
#include <span>

namespace memstore::cluster {

/** A transaction's way through the node queues: it takes them in ascending order, so that nobody
    waits in a circle, runs while it holds them all, and gives them back.

    Where all are idle that happens at once, on the caller's thread. Otherwise it lines up, and
    whoever passes it the last node runs it there, as long as that takes little; what would take
    longer goes through the node's strand.

    No memory for it ends the process: a node that nobody passes on would hold up everyone for ever.

    @par Threads  enter() from one; what it then calls, from any, but one at a time
*/
class passage : public turn {
public:
    /// @param nodes  ascending and none twice; they stay as they are until conclude()
    /// @return whether it ran and concluded before the return
    bool enter(std::span<node* const> nodes, state& cluster) noexcept;

protected:
    ~passage() = default;

    /// Every node is owned; the epoch domain is pinned until after conclude().
    /// @return false: nothing was done, since it needs other nodes by now. These are given back,
    /// and it
    ///   goes its way anew
    virtual bool run() noexcept = 0;

    /// Which ones it needs, ascending and none twice, after run() returned false.
    virtual std::span<node* const> plan_anew() noexcept { return nodes_; }

    /// The first of several nodes is owned; it may have to wait for the others.
    virtual void hold_first() noexcept {}

    /// The nodes are free again; the last call, the passage may be used anew or destroyed in it.
    /// @return whether that was the end of it: false, where something else is to come
    virtual bool conclude(bool in_place) noexcept = 0;

    /// Whether it had to wait for a node, in run() and conclude().
    bool waited() const noexcept { return waited_; }

    /// How long run() or conclude() takes, in commands of the usual size.
    virtual std::size_t weight() const noexcept { return 1; }

private:
    /// Passages that each were passed one more node, linked through themselves.
    class line {
    public:
        bool empty() const noexcept { return first_ == nullptr; }
        void push(passage& last) noexcept;
        passage& pop() noexcept;

    private:
        passage* first_ = nullptr;
        passage* last_ = nullptr;
    };

    bool acquire_rest() noexcept;
    bool run_and_release(bool in_place, line& granted) noexcept;
    void resume(line& granted) noexcept;
    template <class Executor>
    void post_resume(const Executor& to) noexcept;
    static void resume_all(line& granted) noexcept;
    static void post_all(line& granted) noexcept;
    const node_queue::strand_type& strand() const noexcept {
        return nodes_[owned_]->queue.strand();
    }

    std::span<node* const> nodes_;
    std::size_t owned_ = 0;
    bool waited_ = false;
    state* cluster_ = nullptr;
    passage* next_granted_ = nullptr;
};

}  // namespace memstore::cluster
