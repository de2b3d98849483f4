#include "http/rate_gate.hpp"

#include "http/problem.hpp"

#include <string>
#include <string_view>
#include <utility>

namespace memstore::http {
namespace {

problem too_fast(over_rate of, const rate& allowed, std::chrono::nanoseconds wait) {
    const bool by_address = of == over_rate::address;
    const std::string_view option = by_address ? "rate.per-address" : "rate.per-token";
    std::string what = by_address ? "your address asks" : "this token asks";
    what.append(" more often than ").append(option).append(" allows: ");
    what.append(std::to_string(allowed.per_second)).append(" times a second");
    return {
        .answer = status::too_many_requests,
        .code = "rate_limited",
        .what = std::move(what),
        .violated = limit_violation{allowed.per_second, allowed.per_second + 1, option},
        .retry_after = std::chrono::ceil<std::chrono::seconds>(wait)};
}

}  // namespace

void rate_gate::give_back_address() noexcept {
    if (limits_.of_address() != nullptr && paid_) limits_.of_address()->give_back(from_.bits());
    paid_ = false;
}

/// Counts one that is too fast. @return whether it is let through all the same
bool rate_gate::tolerate(over_rate of, const rate_table& table, pause wait, response& to) {
    meter_.note_over_rate(of);
    if (!limits_.enforced()) return true;
    to.assign(too_fast(of, table.each(), wait));
    return false;
}

}  // namespace memstore::http
