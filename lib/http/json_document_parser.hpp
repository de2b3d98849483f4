#pragma once

#include <boost/json/basic_parser_impl.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

namespace memstore::http {

/// Why a text is no JSON document.
struct json_fault {
    std::string_view what;
    std::size_t at;  ///< from its first byte
    bool too_deep;
};

/// What Boost.JSON's parser calls: tells a reader of the parts of a document. It stops at faults in
/// the JSON itself only.
template <class Reader>
class json_parts {
public:
    using text = boost::json::string_view;
    using error_code = boost::system::error_code;

    static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
    static constexpr std::size_t max_array_size = max_object_size;
    static constexpr std::size_t max_key_size = max_object_size;
    static constexpr std::size_t max_string_size = max_object_size;

    template <class... Arguments>
    explicit json_parts(const Arguments&... arguments) : reader(arguments...) {}

    bool on_document_begin(error_code&) { return true; }
    bool on_document_end(error_code&) { return true; }
    bool on_object_begin(error_code&) { return reader.object_begins(), true; }
    bool on_object_end(std::size_t, error_code&) { return reader.object_ends(), true; }
    bool on_array_begin(error_code&) { return reader.array_begins(), true; }
    bool on_array_end(std::size_t, error_code&) { return reader.array_ends(), true; }
    bool on_key_part(text part, std::size_t, error_code&) { return reader.name_part(part), true; }
    bool on_key(text part, std::size_t bytes, error_code&) {
        return reader.name_ends(part, bytes), true;
    }
    bool on_string_part(text part, std::size_t, error_code&) {
        return reader.text_part(part), true;
    }
    bool on_string(text part, std::size_t bytes, error_code&) {
        return reader.text_ends(part, bytes), true;
    }
    bool on_number_part(text, error_code&) { return true; }
    bool on_int64(std::int64_t number, text, error_code&) { return reader.integer(number), true; }
    bool on_uint64(std::uint64_t, text, error_code&) { return reader.other_number(), true; }
    bool on_double(double, text, error_code&) { return reader.other_number(), true; }
    bool on_bool(bool truth, error_code&) { return reader.boolean(truth), true; }
    bool on_null(error_code&) { return reader.null(), true; }
    bool on_comment_part(text, error_code&) { return true; }
    bool on_comment(text, error_code&) { return true; }

    Reader reader;
};

/** Parses JSON documents, one after the other, and tells a reader of their parts. No DOM, and
    nothing allocated for a document like those before.

    For the sources of codecs: it is a second of compile time and more.

    @par Threads  one at a time
*/
template <class Reader>
class json_document_parser : private boost::json::basic_parser<json_parts<Reader>> {
    using parser = boost::json::basic_parser<json_parts<Reader>>;

public:
    /// @param arguments  of the reader
    template <class... Arguments>
    explicit json_document_parser(std::size_t depth_max, const Arguments&... arguments)
        : parser(options_for(depth_max), arguments...) {}

    Reader& reader() noexcept { return this->handler().reader; }
    const Reader& reader() const noexcept { return this->handler().reader; }

    /// @return nothing, or why `document` is none
    std::optional<json_fault> parse(std::string_view document) {
        this->reset();
        boost::system::error_code ec;
        const std::size_t at = this->write_some(false, document.data(), document.size(), ec);
        if (!ec && at < document.size()) ec = boost::json::error::extra_data;
        if (!ec) return std::nullopt;
        return json_fault{describe(ec), at, ec == boost::json::error::too_deep};
    }

private:
    static boost::json::parse_options options_for(std::size_t depth_max) noexcept {
        boost::json::parse_options options;
        options.max_depth = depth_max;
        return options;
    }

    static std::string_view describe(boost::system::error_code ec) noexcept {
        using boost::json::error;
        switch (static_cast<error>(ec.value())) {
        case error::incomplete: return "unexpected end";
        case error::extra_data: return "text after the document";
        case error::exponent_overflow: return "number out of range";
        case error::too_deep: return "nested too deep";
        case error::expected_hex_digit:
        case error::illegal_leading_surrogate:
        case error::illegal_trailing_surrogate: return "bad \\u escape";
        default: return "syntax error";
        }
    }
};

}  // namespace memstore::http
