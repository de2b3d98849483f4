#include "http/probe_endpoint.hpp"

#include "http/site.hpp"

#include <string>

namespace memstore::http {

async::one_shot_event* liveness_probe::answer(const request& /*asked*/, response& to) {
    to.assign_text(status::ok, "ok");
    return nullptr;
}

async::one_shot_event* readiness_probe::answer(const request& /*asked*/, response& to) {
    if (site_.draining.load(std::memory_order_relaxed)) {
        to.assign_text(status::unavailable, "draining");
    } else if (const std::string complaint = site_.ready.complaint(); !complaint.empty()) {
        to.assign_text(status::unavailable, complaint);
    } else {
        to.assign_text(status::ok, "ok");
    }
    return nullptr;
}

}  // namespace memstore::http
