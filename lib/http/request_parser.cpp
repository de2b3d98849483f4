#include "http/request_parser.hpp"

#include "http/request_faults.hpp"
#include "http/request_ids.hpp"
#include "http/request_parser_state.hpp"
#include "http/request_rules.hpp"
#include "http/request_target.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/error.hpp>

namespace memstore::http {

using fault::bad_request;
using fault::header_too_large;
using fault::malformed_header;
using fault::uri_too_long;

void request_parser::state::parse_header(net::read_buffer& in) {
    while (in.unread().starts_with("\r\n")) {  // RFC 9112 2.2: some send one too many behind a body
        in.consume(2);
        scanner_.reset();
    }
    using verdict = header_scanner::verdict;
    switch (scanner_.scan(in.unread())) {
    case verdict::incomplete: break;
    case verdict::whole:
        read_block(in.unread().substr(0, scanner_.size()));
        if (stage_ == stage::header) begin_body(in.unread().size() > scanner_.size());
        break;
    case verdict::malformed:
        refuse(bad_request("the request is not well-formed HTTP: bad line"));
        break;
    case verdict::uri_too_long: refuse(uri_too_long(limits_, scanner_.searched())); break;
    case verdict::header_too_long: refuse(header_too_large(limits_, scanner_.searched())); break;
    }
}

void request_parser::state::read_block(std::string_view block) {
    block_ = block;
    message_.emplace(block, limits_.body_bytes, chunks_);
    boost::beast::error_code failed;
    const std::size_t used = message_->put(boost::asio::buffer(block.data(), block.size()), failed);
    if (failed || used != block.size()) return refuse(malformed_header(failed, block));
    fields_at_ = block.find('\n') + 1;
    auto wrong = judge_identity(message_->fields(), block_, limits_);
    known_ = !wrong;
    in_pieces_ = known_ && asks_for_pieces();
    if (known_) {
        const std::uint64_t length = message_->content_length().value_or(0);
        wrong = judge_body(message_->fields(), block_, limits_, length, in_pieces_);
    }
    if (wrong) refuse(std::move(*wrong));
}

void request_parser::state::begin_body(bool body_is_here) {
    const request_header& fields = message_->fields();
    request_.http_1_1 = fields.http_1_1;
    request_.keep_alive = message_->keep_alive();  // now, for a trailer could change it
    request_.preflight = fields.preflight;
    body_bytes_ = message_->content_length().value_or(0);
    stage_ = message_->chunked() ? stage::chunked_body : stage::sized_body;
    if (in_pieces_) stage_ = stage::opened;
    request_.announced_bytes =
        message_->chunked() ? std::numeric_limits<std::uint64_t>::max() : body_bytes_;
    const bool has_body = message_->chunked() || body_bytes_ > 0;
    awaited_ = fields.expects_continue && fields.http_1_1 && has_body && !body_is_here;
}

bool request_parser::state::asks_for_pieces() const {
    if (!rule_) return false;
    const request_header& fields = message_->fields();
    const std::string_view method = fields.method.of(block_);
    const auto target = split_target(fields.target.of(block_), method);
    return target && rule_(method, target->path);
}

void request_parser::state::complete(
    std::string_view bytes,
    std::string_view body,
    std::size_t request_bytes
) {
    describe(bytes);
    request_.body = body;
    request_bytes_ = request_bytes;
    stage_ = stage::complete;
}

/// @param bytes  the request from its first byte, where it is now
void request_parser::state::describe(std::string_view bytes) {
    const request_header& fields = message_->fields();
    request_.method = fields.method.of(bytes);
    const auto target = split_target(fields.target.of(bytes), request_.method);
    assert(target);
    request_.path = target->path;
    request_.query = target->query;
    request_.host = target->authority.empty() ? fields.host.of(bytes) : target->authority;
    request_.fields = field_block{bytes.substr(fields_at_, scanner_.size() - 2 - fields_at_)};
    request_.origin.reset();
    if (fields.origin) request_.origin = fields.origin->of(bytes);
    request_.authorization.reset();
    if (fields.authorization) request_.authorization = fields.authorization->of(bytes);
    request_.request_id = {};
    if (fields.request_ids == 1) request_.request_id = fields.request_id->of(bytes);
    if (!is_request_id(request_.request_id)) request_.request_id = {};
    request_.body = {};
}

request_parser::request_parser(const base::request_limits& limits, piecewise rule)
    : state_(std::make_unique<state>(limits, std::move(rule))) {}
request_parser::~request_parser() = default;

request_parser::progress request_parser::parse(net::read_buffer& in) { return state_->parse(in); }
request& request_parser::current() noexcept { return state_->current(); }
std::string_view request_parser::piece() const noexcept { return state_->piece(); }
const problem& request_parser::refusal() const noexcept { return state_->refusal(); }
request* request_parser::known(const net::read_buffer& in) noexcept { return state_->known(in); }
problem request_parser::missing(const net::read_buffer& in) const { return state_->missing(in); }
request* request_parser::take_header(const net::read_buffer& in) noexcept {
    return state_->take_header(in);
}
std::size_t request_parser::announced() const noexcept { return state_->announced(); }
bool request_parser::take_expectation() noexcept { return state_->take_expectation(); }
void request_parser::next(net::read_buffer& in) { state_->next(in); }
std::size_t request_parser::capacity() const noexcept { return state_->capacity(); }
void request_parser::trim() noexcept { state_->trim(); }
void request_parser::abandon() noexcept { state_->abandon(); }

}  // namespace memstore::http
