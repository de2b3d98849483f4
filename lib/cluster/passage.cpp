#include "cluster/passage.hpp"

#include <boost/asio/post.hpp>

namespace memstore::cluster {
namespace {

constexpr std::size_t runs_in_place_max = 16;

}  // namespace

bool passage::enter(std::span<node* const> nodes, state& cluster) {
    nodes_ = nodes;
    owned_ = 0;
    cluster_ = &cluster;
    if (!acquire_rest()) return false;
    passages granted;
    run_and_release(true, granted);
    resume_all(granted);
    return true;
}

/// @return false: in line for a node; then another thread may have finished with this passage
///         already
bool passage::acquire_rest() noexcept {
    for (; owned_ < nodes_.size(); ++owned_) {
        if (!nodes_[owned_]->queue.acquire(*this)) return false;
    }
    return true;
}

void passage::run_and_release(bool in_place, passages& granted) {
    const store::epoch_domain::pin reading{cluster_->epochs};
    run();
    for (node* const each : nodes_) {
        turn* const next = each->queue.release();
        if (next != nullptr) granted.push_back(static_cast<passage*>(next));
    }
    conclude(in_place);
}

/// Goes on with one more node, which it has just been passed.
void passage::resume(passages& granted) {
    ++owned_;
    if (acquire_rest()) run_and_release(false, granted);
}

void passage::resume_all(passages& granted) {
    for (std::size_t i = 0; i < granted.size(); ++i) {
        if (i < runs_in_place_max) {
            granted[i]->resume(granted);
        } else {
            granted[i]->post_resume();
        }
    }
}

void passage::post_resume() {
    auto go_on = [this] {
        passages granted{this};
        resume_all(granted);
    };
    boost::asio::post(nodes_[owned_]->queue.strand(), std::move(go_on));
}

}  // namespace memstore::cluster
