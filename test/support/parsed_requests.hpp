#pragma once

#include "http/request_parser.hpp"
#include "net/read_buffer.hpp"

#include <algorithm>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace memstore::test {

/// What a parser made of a stream: each request as text, and how it ended.
struct parsed_requests {
    std::vector<std::string> requests;
    int refused_with = 0;  ///< the status; 0 when it was content to the end

    bool operator==(const parsed_requests&) const = default;
};

/// @param pieces  of its body
inline std::string text_of(const http::request& one, std::string_view pieces) {
    std::string text;
    const auto add = [&text](std::string_view part) {
        text.append(std::to_string(part.size())).append(":").append(part);
    };
    add(one.method);
    add(one.path);
    add(one.query);
    add(one.host);
    add(one.origin ? *one.origin : "(no origin)");
    add(one.fields.list("host").value_or("(no host)"));
    add(one.fields.list("X").value_or("(no X)"));
    add(std::string{one.body}.append(pieces));
    add(one.http_1_1 ? "1.1" : "1.0");
    add(one.keep_alive ? "stays" : "leaves");
    add(one.preflight ? "preflight" : "plain");
    return text;
}

/// Parses what `in` holds, into `parsed`. @return false after a refusal
inline bool parse_held(
    http::request_parser& parser,
    net::read_buffer& in,
    std::string& pieces,
    parsed_requests& parsed
) {
    using progress = http::request_parser::progress;
    while (true) {
        switch (parser.parse(in)) {
        case progress::incomplete: return true;
        case progress::refused:
            parsed.refused_with = static_cast<int>(parser.refusal().answer);
            return false;
        case progress::opened: pieces.clear(); break;
        case progress::piece: pieces.append(parser.piece()); break;
        case progress::complete:
            parsed.requests.push_back(text_of(parser.current(), pieces));
            pieces.clear();
            parser.next(in);
            break;
        }
    }
}

/// Feeds `stream` in pieces as long as `piece` says, each time at least a byte.
inline parsed_requests parse_stream(
    std::string_view stream,
    const base::request_limits& limits,
    const std::function<std::size_t()>& piece,
    const http::request_parser::piecewise& rule = {}
) {
    http::request_parser parser{limits, rule};
    net::read_buffer in{2 * limits.header_bytes + limits.body_bytes + stream.size() + 1};
    parsed_requests parsed;
    std::string pieces;
    while (!stream.empty()) {
        const auto room = in.room();
        const std::size_t wanted = std::max<std::size_t>(piece(), 1);
        const std::size_t count = stream.copy(room.data(), std::min(room.size(), wanted));
        in.commit(count);
        stream.remove_prefix(count);
        if (!parse_held(parser, in, pieces, parsed)) break;
    }
    return parsed;
}

}  // namespace memstore::test
