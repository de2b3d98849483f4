#pragma once

#include "base/ascii.hpp"
#include "support/json_oracle.hpp"
#include "support/require.hpp"

#include <algorithm>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace memstore::test {

/// An answer as it came.
struct strict_answer {
    int status = 0;
    bool last = false;        ///< it says so, or has no end of its own
    std::string fields = {};  ///< without the date
    std::string body = {};
};

/** Takes answers from what a server has written, and ends the program at whatever RFC 9110 and 9112
    do not allow.
*/
class strict_answer_reader {
public:
    explicit strict_answer_reader(std::string_view bytes) : left_(bytes) {}

    bool at_end() const noexcept { return left_.empty(); }

    /// How many said `100 Continue` on the way.
    std::size_t continued() const noexcept { return continued_; }

    /** The next one.

        @param to_head  the request was a HEAD
        @param may_be_cut  it may be a stream that ends with the connection, at any place
    */
    strict_answer take(bool to_head, bool may_be_cut) {
        while (left_.starts_with("HTTP/1.1 100 ")) {
            require(left_.starts_with(go_on), "what is interim says nothing else");
            left_.remove_prefix(go_on.size());
            ++continued_;
        }
        strict_answer one;
        fields_.clear();
        read_status(one);
        read_fields(one);
        one.last = field("connection") == "close";
        read_body(one, to_head, may_be_cut);
        check_body(one, to_head);
        return one;
    }

private:
    static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";

    std::string_view take_line() {
        const std::size_t end = left_.find("\r\n");
        require(end != std::string_view::npos, "a line ends");
        const std::string_view line = left_.substr(0, end);
        left_.remove_prefix(end + 2);
        require(
            std::none_of(
                line.begin(),
                line.end(),
                [](unsigned char c) { return c < ' ' || c == 0x7f; }
            ),
            "a line holds no control character"
        );
        return line;
    }

    void read_status(strict_answer& one) {
        const std::string_view line = take_line();
        constexpr std::string_view version = "HTTP/1.1 ";
        require(line.starts_with(version) && line.size() > 13, "an answer begins with its status");
        one.status = std::stoi(std::string{line.substr(version.size(), 3)});
        require(one.status >= 200 && one.status <= 599 && line[12] == ' ', "which is a number");
    }

    void read_fields(strict_answer& one) {
        for (std::string_view line = take_line(); !line.empty(); line = take_line()) {
            const std::size_t colon = line.find(": ");
            require(colon != std::string_view::npos && colon > 0, "a field has a name and a value");
            std::string name{line.substr(0, colon)};
            require(name.find_first_of(" \t") == std::string::npos, "a name is one word");
            std::transform(name.begin(), name.end(), name.begin(), [](char c) {
                return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
            });
            require(!fields_.contains(name), "a field is there once");
            fields_[name] = line.substr(colon + 2);
            if (name != "date") one.fields.append(line).append("\n");
        }
        require(fields_.contains("date"), "an answer has a date");
    }

    std::string field(const std::string& name) const {
        const auto found = fields_.find(name);
        return found == fields_.end() ? std::string{} : found->second;
    }

    void read_body(strict_answer& one, bool to_head, bool may_be_cut) {
        const bool sized = fields_.contains("content-length");
        const bool chunked = fields_.contains("transfer-encoding");
        require(!sized || !chunked, "a body ends in one way");
        if (one.status == 204 || one.status == 304) {
            return require(!sized && !chunked, "what has no body has no length");
        }
        // One that is refused before it is known what it asks for.
        if (to_head && (left_.empty() || !one.last)) return;
        if (sized) {
            const std::size_t size = std::stoul(field("content-length"));
            require(left_.size() >= size, "a body is as long as it says");
            one.body = left_.substr(0, size);
            left_.remove_prefix(size);
        } else if (chunked) {
            read_chunks(one, may_be_cut);
        } else {
            require(one.last, "a body without an end of its own is the last");
            one.body = left_;
            left_ = {};
        }
    }

    void read_chunks(strict_answer& one, bool may_be_cut) {
        require(field("transfer-encoding") == "chunked", "there is no other coding");
        while (true) {
            if (left_.empty() && may_be_cut) {
                one.last = true;
                return;
            }
            const std::string line{take_line()};
            require(
                !line.empty() && line.find_first_not_of("0123456789abcdef") == std::string::npos,
                "a chunk begins with its size"
            );
            const std::size_t size = std::stoul(line, nullptr, 16);
            require(left_.size() >= size + 2, "a chunk is as long as it says");
            one.body.append(left_.substr(0, size));
            require(left_.substr(size, 2) == "\r\n", "a chunk ends");
            left_.remove_prefix(size + 2);
            if (size == 0) return;
        }
    }

    void check_body(const strict_answer& one, bool to_head) const {
        constexpr std::size_t deep = 64;
        const std::string type = field("content-type");
        if (to_head || !type.starts_with("application/json")) return;
        require(is_json_object(one.body, deep), "what is said to be JSON is");
    }

    std::string_view left_;
    std::map<std::string, std::string> fields_;
    std::size_t continued_ = 0;
};

}  // namespace memstore::test
