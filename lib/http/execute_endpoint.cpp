#include "http/execute_endpoint.hpp"

#include "http/query.hpp"

#include <algorithm>
#include <new>
#include <string>

namespace memstore::http {
namespace {

/// Answers that cannot come to more are not measured.
constexpr std::size_t bounded_bytes = 65'536;

refusal too_large(std::size_t limit, std::size_t actual) {
    return {
        .code = errc::answer_too_large,
        .what = "the answer would be longer than limits.answer (" + std::to_string(limit) +
                "): ask for less at a time",
        .violated = limit_violation{limit, actual, "limits.answer"},
    };
}

}  // namespace

bool execute_endpoint::execute(const request& asked, response& to) {
    const auto decoded = decode(asked);
    if (!decoded) {
        to.assign(decoded.error());
        return true;
    }
    to_ = &to;
    answered_.reset();
    return channel_->execute(decoder_.transaction(), *this);
}

result<void> execute_endpoint::decode(const request& asked) {
    const auto query = parse_execute_query(asked.query);
    if (!query) return query.error();
    auto decoded = decoder_.decode(asked.body);
    if (decoded && query->dry_run.value_or(false)) decoder_.set_dry_run(true);
    return decoded;
}

bool execute_endpoint::accept(std::span<const command::reply> replies) noexcept {
    const auto room = make_room(replies);
    if (!room) to_->assign(room.error());
    return room.has_value();
}

/// Before the commit, since what cannot be answered must not happen. The answer is written after
/// it, so that nobody waits for that.
result<void> execute_endpoint::make_room(std::span<const command::reply> replies) noexcept {
    std::size_t bytes = results_size_bound(replies);
    if (bytes > std::min(answer_bytes_max_, bounded_bytes))
        bytes = results_size(replies, decoder_.values_as());
    if (bytes > answer_bytes_max_) return too_large(answer_bytes_max_, bytes);
    try {
        to_->body.reserve(bytes);
    } catch (const std::bad_alloc&) {
        return refusal{errc::overloaded, "no memory for the answer"};
    }
    return {};
}

void execute_endpoint::take(const result<service::outcome>& answer) noexcept {
    if (!answer) return to_->assign(answer.error());
    to_->version = answer->version;
    append_results(to_->body, answer->replies, decoder_.values_as());
}

void execute_endpoint::resume() noexcept { answered_.set(); }

}  // namespace memstore::http
