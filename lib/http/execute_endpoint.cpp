#include "http/execute_endpoint.hpp"

#include "http/query.hpp"

#include <new>
#include <string>

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

/// The answer is written before the commit: what cannot be answered must not happen.
bool execute_endpoint::accept(std::span<const command::reply> replies) noexcept {
    const auto written = write(replies);
    if (!written) to_->assign(written.error());
    return written.has_value();
}

result<void> execute_endpoint::write(std::span<const command::reply> replies) noexcept {
    try {
        return write_results(to_->body, replies, decoder_.values_as(), answer_bytes_max_);
    } catch (const std::bad_alloc&) {
        std::string{}.swap(to_->body);
        return refusal{errc::overloaded, "no memory for the answer"};
    }
}

void execute_endpoint::take(const result<std::uint64_t>& version) noexcept {
    if (version) {
        to_->version = *version;
    } else {
        to_->assign(version.error());
    }
}

void execute_endpoint::resume() noexcept { answered_.set(); }

}  // namespace memstore::http
