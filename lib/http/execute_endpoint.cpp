#include "http/execute_endpoint.hpp"

#include "http/query.hpp"

#include <exception>

namespace memstore::http {

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

void execute_endpoint::take(const result<service::outcome>& answer) noexcept {
    try {
        write(answer);
    } catch (const std::exception&) {  // there is no memory for so long an answer
        to_->version = 0;
        to_->assign(problem{status::internal_error, "answer_too_large", "no memory for the answer"}
        );
    }
}

void execute_endpoint::write(const result<service::outcome>& answer) {
    if (!answer) return to_->assign(answer.error());
    to_->version = answer->version;
    append_results(to_->body, answer->replies, decoder_.values_as());
}

void execute_endpoint::resume() noexcept { answered_.set(); }

}  // namespace memstore::http
