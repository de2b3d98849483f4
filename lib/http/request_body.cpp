#include "http/request_faults.hpp"
#include "http/request_parser_state.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/error.hpp>
#include <boost/beast/http/error.hpp>

#include <algorithm>

namespace memstore::http {

using fault::bad_request;
using fault::body_too_large;
using fault::header_too_large;

namespace {

/// The least that stands between chunks: what ends the last one, "0 CR LF CR LF".
constexpr std::size_t chunk_framing_bytes_min = 5;

}  // namespace

void request_parser::state::parse_sized_body(const net::read_buffer& in) {
    const std::string_view bytes = in.unread();
    const std::size_t whole = scanner_.size() + body_bytes_;
    if (bytes.size() >= whole) complete(bytes, bytes.substr(scanner_.size(), body_bytes_), whole);
}

void request_parser::state::parse_chunked_body(net::read_buffer& in) {
    std::size_t used = 0;
    auto fault = read_chunks(in.unread().substr(scanner_.size()), used);
    in.erase(scanner_.size(), used);
    if (fault) return refuse(std::move(*fault));
    if (message_->is_done()) complete(in.unread(), chunks_, scanner_.size());
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

std::optional<problem> request_parser::state::read_chunks(std::string_view raw, std::size_t& used) {
    while (!message_->is_done()) {
        const std::string_view rest = raw.substr(used);
        const bool framing = message_->between_chunks();
        if (rest.size() < (framing ? chunk_framing_bytes_min : 1)) break;
        // A chunk's header and the trailers are held to the limit of the header, however much is
        // here already.
        const std::string_view offered = framing ? rest.substr(0, limits_.header_bytes) : rest;
        boost::beast::error_code failed;
        used += message_->put(boost::asio::buffer(offered.data(), offered.size()), failed);
        if (failed == boost::beast::http::error::need_more) {
            if (offered.size() < rest.size()) return header_too_large(limits_, offered.size() + 1);
            break;
        }
        if (message_->body_too_large()) return body_too_large(limits_, message_->announced());
        if (failed)
            return bad_request("the body's chunks are not well-formed: " + failed.message());
    }
    return std::nullopt;
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

}  // namespace memstore::http
