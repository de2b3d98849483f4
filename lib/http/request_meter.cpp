#include "http/request_meter.hpp"

namespace memstore::http {

void request_meter::note_refusal(std::string_view code) {
    const std::lock_guard lock{mutex_};
    ++refusals_[code];
}

action_counts request_meter::counts(std::size_t action) const noexcept {
    const cell& one = actions_[action];
    action_counts now;
    for (std::size_t at = 0; at < now.answers.size(); ++at) {
        now.answers[at] = one.answers[at].value();
    }
    now.took = one.took.counts();
    return now;
}

refusal_counts request_meter::refusals() const {
    const std::lock_guard lock{mutex_};
    return refusals_;
}

}  // namespace memstore::http
