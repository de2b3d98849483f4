#pragma once

#include "http/header_scanner.hpp"
#include "http/request_message.hpp"
#include "http/request_parser.hpp"

#include <cassert>
#include <limits>
#include <optional>
#include <string>
#include <utility>

namespace memstore::http {

/** What a request_parser knows of the request that it is at.

    The header is read in request_parser.cpp, the body in request_body.cpp.
*/
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
    std::optional<request_message> message_;
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

}  // namespace memstore::http
