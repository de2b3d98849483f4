#include "http/request_parser.hpp"

#include "http/header_scanner.hpp"
#include "http/request_ids.hpp"

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <array>
#include <cassert>
#include <limits>
#include <optional>
#include <string>
#include <utility>

namespace memstore::http {
namespace {

namespace beast = boost::beast;
using beast_error = beast::error_code;

/// The least that stands between chunks: what ends the last one, "0 CR LF CR LF".
constexpr std::size_t chunk_framing_bytes_min = 5;

/// A part of the read buffer, relative to the request's first byte: the buffer may move while the
/// body comes.
struct slice {
    std::size_t at = 0;
    std::size_t size = 0;

    std::string_view of(std::string_view bytes) const noexcept { return bytes.substr(at, size); }
};

bool is_control(char c) noexcept {
    return (static_cast<unsigned char>(c) < ' ' && c != '\t') || c == '\x7f';
}

/// What a request's header says, as far as we read it.
struct header {
    slice method;
    slice target;
    slice host;
    std::optional<slice> origin;
    std::optional<slice> authorization;
    std::optional<slice> transfer_encoding;
    std::optional<slice> request_id;
    std::size_t authorizations = 0;
    std::size_t hosts = 0;
    std::size_t origins = 0;
    std::size_t lengths = 0;
    std::size_t transfer_encodings = 0;
    std::size_t request_ids = 0;
    bool http_1_1 = true;
    bool coded = false;  ///< the body is to be decoded before it means anything
    bool listed_length = false;
    bool expects_continue = false;
    bool expects_more = false;
    bool preflight = false;
};

/// Beast's parser, keeping what we read of a request and putting a chunked body together.
class message final : public beast::http::basic_parser<true> {
public:
    message(std::string_view block, std::uint64_t body_bytes_max, std::string& body)
        : block_(block.data()), body_bytes_max_(body_bytes_max), body_(body) {
        header_limit(std::numeric_limits<std::uint32_t>::max()
        );  // the header block is bounded before it comes here
        body_limit(boost::none);
    }

    const header& fields() const noexcept { return fields_; }

    /// Lets the body be as long as it may.
    void lift_body_limit() noexcept { body_bytes_max_ = std::numeric_limits<std::uint64_t>::max(); }

    /// How long the body is with all chunks announced so far.
    std::uint64_t announced() const noexcept { return announced_; }
    bool body_too_large() const noexcept { return announced_ > body_bytes_max_; }

    /// Whether the next bytes are a chunk's header, or what ends the body, not data.
    bool between_chunks() const noexcept { return received_ == announced_; }

private:
    slice slice_of(beast::string_view text) const noexcept {
        return {static_cast<std::size_t>(text.data() - block_), text.size()};
    }

    void
    on_request_impl(beast::http::verb, beast::string_view method, beast::string_view target, int version, beast_error&)
        override {
        fields_.method = slice_of(method);
        fields_.target = slice_of(target);
        fields_.http_1_1 = version == 11;
    }

    void
    on_field_impl(beast::http::field name, beast::string_view spelling, beast::string_view value, beast_error&)
        override {
        if (in_body_) return;  // trailers have nothing to say to us
        using beast::http::field;
        switch (name) {
        case field::host:
            ++fields_.hosts;
            fields_.host = slice_of(value);
            break;
        case field::content_length:
            ++fields_.lengths;
            fields_.listed_length |= value.find(',') != beast::string_view::npos;
            break;
        case field::transfer_encoding:
            ++fields_.transfer_encodings;
            fields_.transfer_encoding = slice_of(value);
            break;
        case field::expect:
            if (beast::iequals(value, "100-continue")) {
                fields_.expects_continue = true;
            } else {
                fields_.expects_more = true;
            }
            break;
        case field::origin:
            ++fields_.origins;
            fields_.origin = slice_of(value);
            break;
        case field::content_encoding: fields_.coded |= !beast::iequals(value, "identity"); break;
        case field::authorization:
            ++fields_.authorizations;
            fields_.authorization = slice_of(value);
            break;
        case field::access_control_request_method: fields_.preflight = true; break;
        case field::unknown:
            if (!beast::iequals(spelling, request_id_field)) break;
            ++fields_.request_ids;
            fields_.request_id = slice_of(value);
            break;
        default: break;
        }
    }

    void on_header_impl(beast_error&) override { in_body_ = true; }

    void on_chunk_header_impl(
        std::uint64_t size,
        beast::string_view extensions,
        beast_error& failed
    ) override {
        // Beast lets anything stand in a quoted extension, a line feed included.
        if (std::any_of(extensions.begin(), extensions.end(), is_control)) {
            failed = beast::http::error::bad_chunk_extension;
            return;
        }
        const std::uint64_t room = std::numeric_limits<std::uint64_t>::max() - announced_;
        announced_ += std::min(size, room);
        if (body_too_large()) failed = beast::http::error::body_limit;
    }

    std::size_t on_chunk_body_impl(std::uint64_t, beast::string_view data, beast_error&) override {
        body_.append(data.data(), data.size());
        received_ += data.size();
        return data.size();
    }

    void on_response_impl(int, beast::string_view, int, beast_error&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>&, beast_error&) override {}
    std::size_t on_body_impl(beast::string_view data, beast_error&) override { return data.size(); }
    void on_finish_impl(beast_error&) override {}

    header fields_;
    const char* block_;
    std::uint64_t announced_ = 0;
    std::uint64_t received_ = 0;
    std::uint64_t body_bytes_max_;
    std::string& body_;
    bool in_body_ = false;
};

problem bad_request(std::string what) {
    return {status::bad_request, "bad_request", std::move(what)};
}

problem too_long(
    status answer,
    std::string_view code,
    std::string_view subject,
    limit_violation violated
) {
    std::string what{subject};
    what.append(" is longer than the limit of ")
        .append(std::to_string(violated.limit))
        .append(" bytes (");
    what.append(violated.option).append("): ").append(std::to_string(violated.actual));
    return {answer, code, std::move(what), violated};
}

problem header_too_large(const base::request_limits& limits, std::size_t actual) {
    const limit_violation violated{limits.header_bytes, actual, "limits.header"};
    return too_long(status::header_too_large, "header_too_large", "the header", violated);
}

problem uri_too_long(const base::request_limits& limits, std::size_t actual) {
    const limit_violation violated{limits.uri_bytes, actual, "limits.uri"};
    return too_long(status::uri_too_long, "uri_too_long", "the URI", violated);
}

problem body_too_large(const base::request_limits& limits, std::uint64_t actual) {
    const limit_violation violated{limits.body_bytes, actual, "limits.body"};
    return too_long(status::body_too_large, "body_too_large", "the body", violated);
}

/// Whether the request line ends in the name of another HTTP version, and not in something else
/// altogether.
bool names_a_version(std::string_view block) noexcept {
    const std::string_view line = block.substr(0, block.find('\r'));
    const std::string_view version = line.substr(std::min(line.rfind(' '), line.size() - 1) + 1);
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    return version.size() == 8 && version.starts_with("HTTP/") && is_digit(version[5]) &&
           version[6] == '.' && is_digit(version[7]);
}

problem malformed_header(const beast_error& failed, std::string_view block) {
    if (failed == beast::http::error::bad_version && names_a_version(block)) {
        return {
            status::version_not_supported,
            "version_not_supported",
            "only HTTP/1.0 and HTTP/1.1 are spoken here"};
    }
    return bad_request("the request is not well-formed HTTP: " + failed.message());
}

/// The path and the query of a target; nothing where it is none of ours.
struct target_parts {
    std::string_view authority;
    std::string_view path;
    std::string_view query;
};

std::optional<target_parts> split(std::string_view target, std::string_view method) {
    target_parts parts;
    if (target == "*" && method == "OPTIONS") return target_parts{{}, target, {}};
    if (!target.starts_with('/') && beast::iequals(target.substr(0, 7), "http://")) {
        target.remove_prefix(7);
        parts.authority = target.substr(0, target.find_first_of("/?"));
        target.remove_prefix(parts.authority.size());
        if (parts.authority.empty()) return std::nullopt;
        if (target.empty()) target = "/";
    }
    if (!target.starts_with('/')) return std::nullopt;
    parts.path = target.substr(0, target.find('?'));
    target.remove_prefix(parts.path.size());
    if (!target.empty()) parts.query = target.substr(1);
    return parts;
}

constexpr std::array<bool, 256> not_in_a_host = [] {
    std::array<bool, 256> all{};
    for (const char c : std::string_view{" \t,/?#@\\\"<>"})
        all[static_cast<unsigned char>(c)] = true;
    return all;
}();

bool can_be_host(std::string_view host) noexcept {
    return std::none_of(host.begin(), host.end(), [](unsigned char c) { return not_in_a_host[c]; });
}

}  // namespace

class request_parser::state {
public:
    state(const base::request_limits& limits, piecewise rule)
        : limits_(limits), rule_(std::move(rule)), scanner_(limits) {}

    progress parse(net::read_buffer& in) {
        if (stage_ == stage::header) parse_header(in);
        if (stage_ == stage::sized_body) parse_sized_body(in);
        if (stage_ == stage::chunked_body) parse_chunked_body(in);
        if (stage_ == stage::refused) return progress::refused;
        if (stage_ == stage::complete) return progress::complete;
        return in_pieces_ ? parse_piece(in) : progress::incomplete;
    }

    request& current() noexcept {
        assert(stage_ == stage::complete || in_pieces_);
        return request_;
    }

    std::string_view piece() const noexcept { return piece_; }

    const problem& refusal() const noexcept {
        assert(stage_ == stage::refused);
        return *refusal_;
    }

    request* known(const net::read_buffer& in) noexcept {
        if (!known_) return nullptr;
        describe(in.unread());
        return &request_;
    }

    problem missing(const net::read_buffer& in) const;

    request* take_header(const net::read_buffer& in) noexcept {
        if (stage_ != stage::sized_body && stage_ != stage::chunked_body) return nullptr;
        if (std::exchange(shown_, true)) return nullptr;
        describe(in.unread());
        return &request_;
    }

    std::size_t announced() const noexcept {
        if (stage_ != stage::sized_body) return std::numeric_limits<std::size_t>::max();
        return scanner_.size() + body_bytes_;
    }

    bool take_expectation() noexcept { return std::exchange(awaited_, false); }

    void next(net::read_buffer& in) {
        assert(stage_ == stage::complete);
        in.consume(request_bytes_);
        begin_next();
    }

    std::size_t capacity() const noexcept { return chunks_.capacity(); }

    void trim() noexcept {
        assert(stage_ == stage::header);
        std::string{}.swap(chunks_);
    }

    void abandon() noexcept {
        std::string{}.swap(chunks_);
        known_ = in_pieces_ = false;
        stage_ = stage::refused;
    }

private:
    enum class stage : std::uint8_t {
        header,
        sized_body,
        chunked_body,
        opened,
        sized_pieces,
        chunked_pieces,
        complete,
        refused
    };

    void refuse(problem why) {
        refusal_ = std::move(why);
        stage_ = stage::refused;
    }

    void begin_next() noexcept {
        scanner_.reset();
        chunks_.clear();
        shown_ = awaited_ = known_ = in_pieces_ = false;
        stage_ = stage::header;
    }

    void parse_header(net::read_buffer& in);
    void read_block(std::string_view block);
    std::optional<problem> judge_identity() const;
    std::optional<problem> judge_body() const;
    void begin_body(bool body_is_here);
    void describe(std::string_view bytes);
    void parse_sized_body(const net::read_buffer& in);
    void parse_chunked_body(net::read_buffer& in);
    bool asks_for_pieces() const;
    progress parse_piece(net::read_buffer& in);
    void take_sized_piece(net::read_buffer& in);
    void take_chunked_piece(net::read_buffer& in);
    std::optional<problem> read_chunks(std::string_view raw, std::size_t& used);
    void complete(std::string_view bytes, std::string_view body, std::size_t request_bytes);

    base::request_limits limits_;
    piecewise rule_;
    header_scanner scanner_;
    std::string chunks_;
    std::optional<message> message_;
    request request_;
    std::optional<problem> refusal_;
    std::string_view block_;  ///< the header, while it is read
    std::size_t request_bytes_ = 0;
    std::size_t fields_at_ = 0;  ///< behind the request line
    std::uint64_t body_bytes_ = 0;
    std::uint64_t given_bytes_ = 0;  ///< of it in pieces
    std::string_view piece_;
    stage stage_ = stage::header;
    bool in_pieces_ = false;
    bool shown_ = false;  ///< its header was taken
    bool awaited_ = false;
    bool known_ = false;  ///< what the header says of all but its body
};

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
    beast_error failed;
    const std::size_t used = message_->put(boost::asio::buffer(block.data(), block.size()), failed);
    if (failed || used != block.size()) return refuse(malformed_header(failed, block));
    fields_at_ = block.find('\n') + 1;
    auto fault = judge_identity();
    known_ = !fault;
    in_pieces_ = known_ && asks_for_pieces();
    if (known_) fault = judge_body();
    if (fault) refuse(std::move(*fault));
}

/// Who asks what, for which there must be one answer.
std::optional<problem> request_parser::state::judge_identity() const {
    const header& fields = message_->fields();
    if (fields.target.size > limits_.uri_bytes) return uri_too_long(limits_, fields.target.size);
    const std::string_view target = fields.target.of(block_);
    if (!target.starts_with('/') && !split(target, fields.method.of(block_))) {
        return bad_request("the request's target is none that can be asked here");
    }
    if (fields.hosts > 1 || (fields.hosts == 0 && fields.http_1_1)) {
        return bad_request("a request has exactly one Host field");
    }
    if (!can_be_host(fields.host.of(block_))) return bad_request("the Host field names no host");
    if (fields.origins > 1) return bad_request("a request has one Origin field at most");
    if (fields.authorizations > 1) {
        return bad_request("a request has one Authorization field at most");
    }
    return std::nullopt;
}

std::optional<problem> request_parser::state::judge_body() const {
    const header& fields = message_->fields();
    if (fields.lengths > 1 || fields.listed_length) {
        return bad_request("a request has one Content-Length at most");
    }
    if (fields.transfer_encodings > 0) {
        if (!fields.http_1_1) return bad_request("HTTP/1.0 knows no Transfer-Encoding");
        if (fields.lengths > 0) return bad_request("Transfer-Encoding excludes Content-Length");
        if (!beast::iequals(fields.transfer_encoding->of(block_), "chunked")) {
            return problem{
                status::not_implemented,
                "not_implemented",
                "the one transfer coding known here is chunked"};
        }
        if (fields.transfer_encodings > 1)
            return bad_request("a request has one Transfer-Encoding at most");
    }
    if (fields.coded) {
        return problem{
            status::unsupported_media_type,
            "unsupported_encoding",
            "a body with a Content-Encoding is not decoded here: send it as it is"};
    }
    const std::uint64_t length = message_->content_length().value_or(0);
    if (length > limits_.body_bytes && !in_pieces_) return body_too_large(limits_, length);
    if (fields.expects_more) {
        return problem{
            status::expectation_failed,
            "expectation_failed",
            "only 100-continue can be expected"};
    }
    return std::nullopt;
}

void request_parser::state::begin_body(bool body_is_here) {
    const header& fields = message_->fields();
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

void request_parser::state::parse_sized_body(const net::read_buffer& in) {
    const std::string_view bytes = in.unread();
    const std::size_t whole = scanner_.size() + body_bytes_;
    if (bytes.size() >= whole) complete(bytes, bytes.substr(scanner_.size(), body_bytes_), whole);
}

bool request_parser::state::asks_for_pieces() const {
    if (!rule_) return false;
    const header& fields = message_->fields();
    const std::string_view method = fields.method.of(block_);
    const auto target = split(fields.target.of(block_), method);
    return target && rule_(method, target->path);
}

request_parser::progress request_parser::state::parse_piece(net::read_buffer& in) {
    if (stage_ == stage::opened) {
        describe(in.unread());
        given_bytes_ = 0;
        piece_ = {};
        if (message_->chunked()) message_->lift_body_limit();
        stage_ = message_->chunked() ? stage::chunked_pieces : stage::sized_pieces;
        return progress::opened;
    }
    if (stage_ == stage::sized_pieces) {
        take_sized_piece(in);
    } else {
        take_chunked_piece(in);
    }
    if (stage_ == stage::refused) return progress::refused;
    if (!piece_.empty()) return progress::piece;
    return stage_ == stage::complete ? progress::complete : progress::incomplete;
}

void request_parser::state::take_sized_piece(net::read_buffer& in) {
    in.erase(scanner_.size(), piece_.size());
    piece_ = in.unread().substr(scanner_.size());
    piece_ = piece_.substr(0, std::min<std::uint64_t>(piece_.size(), body_bytes_ - given_bytes_));
    given_bytes_ += piece_.size();
    if (piece_.empty() && given_bytes_ == body_bytes_) complete(in.unread(), {}, scanner_.size());
}

void request_parser::state::take_chunked_piece(net::read_buffer& in) {
    chunks_.clear();
    std::size_t used = 0;
    auto fault = read_chunks(in.unread().substr(scanner_.size()), used);
    in.erase(scanner_.size(), used);
    piece_ = chunks_;
    if (fault) return refuse(std::move(*fault));
    if (piece_.empty() && message_->is_done()) complete(in.unread(), {}, scanner_.size());
}

problem request_parser::state::missing(const net::read_buffer& in) const {
    if (stage_ == stage::header) return bad_request("the request ends within its header");
    if (message_->chunked()) {
        return bad_request("the request ends before the last chunk of its body");
    }
    const std::uint64_t body_bytes_here =
        in_pieces_ ? given_bytes_ : in.unread().size() - scanner_.size();
    return bad_request(
        "the body ends after " + std::to_string(body_bytes_here) + " of " +
        std::to_string(body_bytes_) + " bytes"
    );
}

void request_parser::state::parse_chunked_body(net::read_buffer& in) {
    std::size_t used = 0;
    auto fault = read_chunks(in.unread().substr(scanner_.size()), used);
    in.erase(scanner_.size(), used);
    if (fault) return refuse(std::move(*fault));
    if (message_->is_done()) complete(in.unread(), chunks_, scanner_.size());
}

std::optional<problem> request_parser::state::read_chunks(std::string_view raw, std::size_t& used) {
    while (!message_->is_done()) {
        const std::string_view rest = raw.substr(used);
        const bool framing = message_->between_chunks();
        if (rest.size() < (framing ? chunk_framing_bytes_min : 1)) break;
        // A chunk's header and the trailers are held to the limit of the header, however much is
        // here already.
        const std::string_view offered = framing ? rest.substr(0, limits_.header_bytes) : rest;
        beast_error failed;
        used += message_->put(boost::asio::buffer(offered.data(), offered.size()), failed);
        if (failed == beast::http::error::need_more) {
            if (offered.size() < rest.size()) return header_too_large(limits_, offered.size() + 1);
            break;
        }
        if (message_->body_too_large()) return body_too_large(limits_, message_->announced());
        if (failed)
            return bad_request("the body's chunks are not well-formed: " + failed.message());
    }
    return std::nullopt;
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
    const header& fields = message_->fields();
    request_.method = fields.method.of(bytes);
    const auto target = split(fields.target.of(bytes), request_.method);
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
