#pragma once

#include "base/ascii.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace memstore::test {

/// A request as a reader sees it who takes RFC 9112 by the letter.
struct framed_request {
    std::string method = {};
    std::string target = {};
    bool leaves = false;    ///< it says without doubt that its answer is to be the last
    bool has_body = false;  ///< its header is whole, and says without doubt where that ends
};

/// Where the requests of a stream end, by that reader.
struct framed_stream {
    enum class ending : std::uint8_t {
        whole,      ///< with the last request
        cut,        ///< in the midst of one
        ambiguous,  ///< where two readers could disagree
    };

    std::vector<framed_request> whole;
    framed_request last;  ///< the one in the midst of which it ends, as far as it is known
    ending how = ending::whole;
};

/** Splits a stream into requests. It is a second opinion, which shares nothing with our parser: it
    has neither limits nor states, and looks at all bytes at once.
*/
class strict_reader {
public:
    explicit strict_reader(std::string_view stream) : left_(stream) {}

    framed_stream read() {
        while (skip_empty_lines(), !left_.empty()) {
            result_.last = {};
            const auto ended = read_request();
            if (ended) {
                result_.how = *ended;
                return std::move(result_);
            }
            result_.whole.push_back(std::exchange(result_.last, {}));
        }
        return std::move(result_);
    }

private:
    using ending = framed_stream::ending;
    using fault = std::optional<ending>;

    /// What decides where a body ends.
    struct fields {
        std::vector<std::string_view> lengths;
        std::vector<std::string_view> codings;
        std::optional<std::string_view> connection;
    };

    void skip_empty_lines() {
        while (left_.starts_with("\r\n")) left_.remove_prefix(2);
    }

    static bool is_token(std::string_view text) {
        const auto fits = [](unsigned char c) {
            return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
                   std::string_view{"!#$%&'*+-.^_`|~"}.find(static_cast<char>(c)) !=
                       std::string_view::npos;
        };
        return !text.empty() && std::all_of(text.begin(), text.end(), fits);
    }

    static bool has_control(std::string_view text) {
        return std::any_of(text.begin(), text.end(), [](unsigned char c) {
            return (c < ' ' && c != '\t') || c == 0x7f;
        });
    }

    static std::string_view trimmed(std::string_view text) {
        const std::size_t begin = text.find_first_not_of(" \t");
        if (begin == std::string_view::npos) return {};
        return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
    }

    /// The next line, without its end.
    fault take_line(std::string_view& line) {
        const std::size_t feed = left_.find('\n');
        if (feed == std::string_view::npos) return ending::cut;
        if (feed == 0 || left_[feed - 1] != '\r') return ending::ambiguous;
        line = left_.substr(0, feed - 1);
        left_.remove_prefix(feed + 1);
        return has_control(line) ? fault{ending::ambiguous} : std::nullopt;
    }

    fault read_request() {
        std::string_view line;
        if (const auto found = take_line(line)) return found;
        bool http_1_1 = true;
        if (!read_request_line(line, http_1_1)) return ending::ambiguous;
        fields all;
        if (const auto found = read_fields(all)) return found;
        if (all.connection)
            result_.last.leaves = base::same_ignoring_case(*all.connection, "close");
        if (!all.connection && !http_1_1) result_.last.leaves = true;
        if (!all.codings.empty()) return read_coded(all, http_1_1);
        if (all.lengths.size() > 1) return ending::ambiguous;
        return all.lengths.empty() ? std::nullopt : skip_sized(all.lengths.front());
    }

    bool read_request_line(std::string_view line, bool& http_1_1) {
        const std::size_t first = line.find(' ');
        const std::size_t last = line.rfind(' ');
        if (first == std::string_view::npos || first == last) return false;
        const std::string_view version = line.substr(last + 1);
        http_1_1 = version == "HTTP/1.1";
        result_.last.method = line.substr(0, first);
        result_.last.target = line.substr(first + 1, last - first - 1);
        return is_token(result_.last.method) &&
               result_.last.target.find_first_of(" \t") == std::string::npos &&
               !result_.last.target.empty() && (http_1_1 || version == "HTTP/1.0");
    }

    fault read_fields(fields& all) {
        while (true) {
            std::string_view line;
            if (const auto found = take_line(line)) return found;
            if (line.empty()) return std::nullopt;
            const std::size_t colon = line.find(':');
            const std::string_view name = line.substr(0, std::min(colon, line.size()));
            if (colon == std::string_view::npos || !is_token(name)) return ending::ambiguous;
            const std::string_view value = trimmed(line.substr(colon + 1));
            if (base::same_ignoring_case(name, "content-length")) all.lengths.push_back(value);
            if (base::same_ignoring_case(name, "transfer-encoding")) all.codings.push_back(value);
            if (base::same_ignoring_case(name, "connection")) all.connection = value;
        }
    }

    fault skip_sized(std::string_view text) {
        const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
        if (text.empty() || text.size() > 18 || !std::all_of(text.begin(), text.end(), is_digit)) {
            return ending::ambiguous;
        }
        result_.last.has_body = true;
        return skip(std::stoull(std::string{text}));
    }

    fault skip(std::uint64_t bytes) {
        if (bytes > left_.size()) return ending::cut;
        left_.remove_prefix(bytes);
        return std::nullopt;
    }

    fault read_coded(const fields& all, bool http_1_1) {
        const bool plain = all.codings.size() == 1 && all.lengths.empty() && http_1_1 &&
                           base::same_ignoring_case(all.codings.front(), "chunked");
        if (!plain) return ending::ambiguous;
        result_.last.has_body = true;
        for (std::uint64_t size = 1; size != 0;) {
            std::string_view line;
            if (const auto found = take_line(line)) return found;
            const auto told = size_of_chunk(line);
            if (!told) return ending::ambiguous;
            size = *told;
            if (size == 0) break;
            if (const auto found = skip(size)) return found;
            if (left_.size() < 2)
                return left_.empty() || left_ == "\r" ? ending::cut : ending::ambiguous;
            if (!left_.starts_with("\r\n")) return ending::ambiguous;
            left_.remove_prefix(2);
        }
        fields trailers;
        return read_fields(trailers);
    }

    /// Zeros in front change nothing, as many as there may be.
    static std::optional<std::uint64_t> size_of_chunk(std::string_view line) {
        constexpr std::size_t digits_max = 15;
        const std::size_t end =
            std::min(line.find_first_not_of("0123456789abcdefABCDEF"), line.size());
        const std::size_t zeros = std::min(line.find_first_not_of('0'), end);
        if (end == 0 || end - zeros > digits_max) return std::nullopt;
        const std::string_view extensions = line.substr(end);
        if (!extensions.empty() && !trimmed(extensions).starts_with(';')) return std::nullopt;
        return std::stoull(std::string{line.substr(0, end)}, nullptr, 16);
    }

    std::string_view left_;
    framed_stream result_;
};

}  // namespace memstore::test
