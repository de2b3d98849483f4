#pragma once

#include <boost/beast/http/basic_parser.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace memstore::http {

/// A part of the read buffer, relative to the request's first byte: the buffer may move while the
/// body comes.
struct text_slice {
    std::size_t at = 0;
    std::size_t size = 0;

    std::string_view of(std::string_view bytes) const noexcept { return bytes.substr(at, size); }
};

/// What a request's header says, as far as we read it.
struct request_header {
    text_slice method;
    text_slice target;
    text_slice host;
    std::optional<text_slice> origin;
    std::optional<text_slice> authorization;
    std::optional<text_slice> transfer_encoding;
    std::optional<text_slice> request_id;
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

/** Beast's parser, keeping what we read of a request and putting a chunked body together.

    @par Threads  one at a time
*/
class request_message final : public boost::beast::http::basic_parser<true> {
public:
    /// @param block  the header, which put() is given first
    /// @param body  where what comes in chunks goes; it outlives this
    request_message(std::string_view block, std::uint64_t body_bytes_max, std::string& body);

    const request_header& fields() const noexcept { return fields_; }

    /// Lets the body be as long as it may.
    void lift_body_limit() noexcept;

    /// How long the body is with all chunks announced so far.
    std::uint64_t announced() const noexcept { return announced_; }
    bool body_too_large() const noexcept { return announced_ > body_bytes_max_; }

    /// Whether the next bytes are a chunk's header, or what ends the body, not data.
    bool between_chunks() const noexcept { return received_ == announced_; }

private:
    using error_code = boost::beast::error_code;
    using view = boost::beast::string_view;

    text_slice slice_of(view text) const noexcept {
        return {static_cast<std::size_t>(text.data() - block_), text.size()};
    }

    void
    on_request_impl(boost::beast::http::verb, view method, view target, int version, error_code&)
        override;
    void on_field_impl(boost::beast::http::field name, view spelling, view value, error_code&)
        override;
    void on_header_impl(error_code&) override { in_body_ = true; }
    void on_chunk_header_impl(std::uint64_t size, view extensions, error_code& failed) override;
    std::size_t on_chunk_body_impl(std::uint64_t, view data, error_code&) override;

    void on_response_impl(int, view, int, error_code&) override {}
    void on_body_init_impl(const boost::optional<std::uint64_t>&, error_code&) override {}
    std::size_t on_body_impl(view data, error_code&) override { return data.size(); }
    void on_finish_impl(error_code&) override {}

    request_header fields_;
    const char* block_;
    std::uint64_t announced_ = 0;
    std::uint64_t received_ = 0;
    std::uint64_t body_bytes_max_;
    std::string& body_;
    bool in_body_ = false;
};

}  // namespace memstore::http
