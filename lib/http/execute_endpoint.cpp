#include "http/execute_endpoint.hpp"

#include "http/query.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

namespace memstore::http {
namespace {

/// Answers that cannot come to more are not measured.
constexpr std::size_t bounded_bytes = 65'536;

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
    to.way.traced = decoder_.traced();
    return execute(decoder_.transaction(), asked, to);
}

result<void> execute_endpoint::decode(const request& asked) {
    const auto dry_run = asks_for_dry_run(asked.query);
    if (!dry_run) return dry_run.error();
    auto decoded = decoder_.decode(asked.body);
    if (decoded && *dry_run) decoder_.set_dry_run(true);
    return decoded;
}

std::size_t execute_endpoint::body_bytes(const command::evaluation& evaluated) const noexcept {
    const executed what = seen(evaluated, 0);
    const std::size_t bound = answer_size_bound(what);
    const bool exactly = bound > std::min(answer_bytes_max(), bounded_bytes);
    return (exactly ? answer_size(what) : bound) + (decoder_.traced() ? trace_bytes_max : 0);
}

void execute_endpoint::write(const service::outcome& what, response& to) const noexcept {
    const command::evaluation& evaluated = what.evaluated;
    if (evaluated.aborted()) {
        to.code = status_of(evaluated.failed.empty() ? evaluated.unfit->code : errc::check_failed);
    }
    append_answer(to.body, seen(evaluated, what.version));
}

/// A dry run says what its writes would have been called, had they been next.
executed execute_endpoint::seen(const command::evaluation& evaluated, std::uint64_t version)
    const noexcept {
    const command::transaction& asked = decoder_.transaction();
    return {asked, evaluated, asked.dry_run ? version + 1 : version, decoder_.values_as()};
}

}  // namespace memstore::http
