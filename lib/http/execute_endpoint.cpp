#include "http/execute_endpoint.hpp"

#include "http/query.hpp"

#include <algorithm>
#include <new>
#include <optional>
#include <string>
#include <string_view>

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

/// Whether the query says `dry_run=true`.
result<bool> asks_for_dry_run(std::string_view query) {
    if (query.empty()) return false;
    std::optional<std::string> dry_run;
    const auto read = read_query(query, {{"dry_run", dry_run}});
    if (!read) return read.error();
    return dry_run ? flag_of("dry_run", *dry_run) : false;
}

}  // namespace

async::one_shot_event* execute_endpoint::answer(const request& asked, response& to) {
    const auto decoded = decode(asked);
    if (!decoded) {
        to.assign(decoded.error());
        return nullptr;
    }
    to_ = &to;
    answered_.reset();
    const bool answered = channel_->execute(decoder_.transaction(), *this);
    return answered ? nullptr : &answered_;
}

result<void> execute_endpoint::decode(const request& asked) {
    const auto dry_run = asks_for_dry_run(asked.query);
    if (!dry_run) return dry_run.error();
    auto decoded = decoder_.decode(asked.body);
    if (decoded && *dry_run) decoder_.set_dry_run(true);
    return decoded;
}

bool execute_endpoint::accept(const command::evaluation& evaluated) noexcept {
    const auto room = make_room(seen(evaluated, 0));
    if (!room) to_->assign(room.error());
    return room.has_value();
}

/// Before the commit, since what cannot be answered must not happen. The answer is written after
/// it, so that nobody waits for that.
result<void> execute_endpoint::make_room(const executed& what) noexcept {
    std::size_t bytes = answer_size_bound(what);
    if (bytes > std::min(answer_bytes_max_, bounded_bytes)) bytes = answer_size(what);
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
    const command::evaluation& evaluated = answer->evaluated;
    to_->version = answer->version;
    if (evaluated.aborted())
        to_->code =
            status_of(evaluated.failed.empty() ? evaluated.unfit->code : errc::check_failed);
    append_answer(to_->body, seen(evaluated, answer->version));
}

/// A dry run says what its writes would have been called, had they been next.
executed execute_endpoint::seen(const command::evaluation& evaluated, std::uint64_t version)
    const noexcept {
    const command::transaction& asked = decoder_.transaction();
    return {asked, evaluated, asked.dry_run ? version + 1 : version, decoder_.values_as()};
}

void execute_endpoint::resume() noexcept { answered_.set(); }

}  // namespace memstore::http
