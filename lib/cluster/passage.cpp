#include "cluster/passage.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace memstore::cluster {
namespace {

// What one thread runs for others before it goes on with its own: some tens of microseconds.
constexpr std::size_t weight_in_place_max = 128;

}  // namespace

void passage::line::push(passage& last) noexcept {
    last.next_granted_ = nullptr;
    (first_ == nullptr ? first_ : last_->next_granted_) = &last;
    last_ = &last;
}

passage& passage::line::pop() noexcept {
    passage& oldest = *first_;
    first_ = oldest.next_granted_;
    return oldest;
}

bool passage::enter(std::span<node* const> nodes, state& cluster) noexcept {
    nodes_ = nodes;
    owned_ = 0;
    waited_ = false;
    cluster_ = &cluster;
    if (!acquire_rest()) return false;
    line granted;
    const bool ended = run_and_release(true, granted);
    resume_all(granted);
    return ended;
}

/// @return false: in line for a node; then another thread may have finished with this passage
///         already
bool passage::acquire_rest() noexcept {
    for (; owned_ < nodes_.size(); ++owned_) {
        if (owned_ == 1) hold_first();
        if (!nodes_[owned_]->queue.acquire(*this)) return false;
    }
    return true;
}

bool passage::run_and_release(bool in_place, line& granted) noexcept {
    for (;;) {
        const store::epoch_domain::pin reading{cluster_->epochs};
        const bool ran = run();
        for (node* const each : nodes_) {
            turn* const next = each->queue.release();
            if (next != nullptr) granted.push(static_cast<passage&>(*next));
        }
        if (ran) {
            // Whoever owns a node now does not wait for a long answer to be written.
            if (!granted.empty() && weight() > weight_in_place_max) post_all(granted);
            return conclude(in_place);
        }
        nodes_ = plan_anew();
        owned_ = 0;
        if (!acquire_rest()) return false;
    }
}

/// Goes on with one more node, which it has just been passed.
void passage::resume(line& granted) noexcept {
    ++owned_;
    waited_ = true;
    if (acquire_rest()) run_and_release(false, granted);
}

void passage::resume_all(line& granted) noexcept {
    std::size_t weight = 0;
    while (!granted.empty()) {
        passage& next = granted.pop();
        weight += next.weight();
        if (weight <= weight_in_place_max) {
            next.resume(granted);
        } else {
            next.post_resume(next.strand());
        }
    }
}

/// Beside their strands, since this may be in one of them; they own their nodes as it is.
void passage::post_all(line& granted) noexcept {
    while (!granted.empty()) {
        passage& next = granted.pop();
        next.post_resume(next.strand().get_inner_executor());
    }
}

template <class Executor>
void passage::post_resume(const Executor& to) noexcept {
    auto go_on = [this] {
        line granted;
        resume(granted);
        resume_all(granted);
    };
    boost::asio::post(to, std::move(go_on));
}

}  // namespace memstore::cluster
