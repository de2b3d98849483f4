#include "http/transaction_endpoint.hpp"

#include <chrono>
#include <string>

namespace memstore::http {
namespace {

/// A body up to here is read in some ten microseconds.
constexpr std::size_t soon_read_bytes = 16'384;

refusal too_large(std::size_t limit, std::size_t actual) {
    return {
        .code = errc::answer_too_large,
        .what = "the answer would be longer than limits.answer (" + std::to_string(limit) +
                "): ask for less at a time",
        .violated = limit_violation{limit, actual, "limits.answer"},
    };
}

}  // namespace

async::one_shot_event* transaction_endpoint::execute(
    const command::transaction& what,
    const request& asked,
    response& to
) {
    to_ = &to;
    asker_ = asked.caller;
    answered_.reset();
    to.way.what = &what;
    if (to.way.traced || asked.body.size() > soon_read_bytes) {
        to.way.asked = std::chrono::steady_clock::now();
    }
    return channel_->execute(what, *this) ? nullptr : &answered_;
}

bool transaction_endpoint::accept(const command::evaluation& evaluated) noexcept {
    const auto room = make_room(body_bytes(evaluated));
    if (!room) to_->assign(room.error());
    return room.has_value();
}

/// Before the commit, since what cannot be answered must not happen. The answer is written after
/// it, so that nobody waits for that.
result<void> transaction_endpoint::make_room(std::size_t bytes) noexcept {
    if (bytes > answer_bytes_max_) return too_large(answer_bytes_max_, bytes);
    return to_->make_room(bytes);
}

void transaction_endpoint::take(const result<service::outcome>& answer) noexcept {
    if (!answer) return to_->assign(answer.error());
    course& way = to_->way;
    way.began = answer->began;
    way.held_back = answer->held_back;
    if (way.traced || way.held_back || way.began != course::moment{}) {
        way.taken = std::chrono::steady_clock::now();
    }
    to_->version = answer->version;
    write(*answer, *to_);
}

void transaction_endpoint::lose() noexcept { to_->withheld = true; }

void transaction_endpoint::resume() noexcept { answered_.set(); }

}  // namespace memstore::http
