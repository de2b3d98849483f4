#include "http/body_reader.hpp"

#include <cassert>
#include <utility>

namespace memstore::http {

void body_reader::begin(std::unique_ptr<body_sink> sink) noexcept {
    reset();
    sink_ = std::move(sink);
}

async::one_shot_event* body_reader::advance(response& to) {
    if (ended_) {
        async::one_shot_event* const done = sink_->finish(to);
        answered_ = done == nullptr;
        return done;
    }
    do {
        const body_sink::step step = sink_->take(piece_, to);
        assert(step.taken <= piece_.size());
        piece_.remove_prefix(step.taken);
        answered_ = step.answered;
        if (answered_) return nullptr;
        if (step.done != nullptr) return step.done;
        assert(step.taken != 0 || piece_.empty());
    } while (!piece_.empty());
    return nullptr;
}

void body_reader::reset() noexcept {
    sink_.reset();
    piece_ = {};
    ended_ = answered_ = false;
}

}  // namespace memstore::http
