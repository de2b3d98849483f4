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

inline std::string text_of(const http::request& one) {
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
    add(one.body);
    add(one.http_1_1 ? "1.1" : "1.0");
    add(one.keep_alive ? "stays" : "leaves");
    add(one.preflight ? "preflight" : "plain");
    return text;
}

/// Feeds `stream` in pieces as long as `piece` says, each time at least a byte.
inline parsed_requests parse_stream(
    std::string_view stream,
    const base::request_limits& limits,
    const std::function<std::size_t()>& piece
) {
    using progress = http::request_parser::progress;
    http::request_parser parser{limits};
    net::read_buffer in{2 * limits.header_bytes + limits.body_bytes + stream.size() + 1};
    parsed_requests parsed;
    while (!stream.empty()) {
        const auto room = in.room();
        const std::size_t wanted = std::max<std::size_t>(piece(), 1);
        const std::size_t count = stream.copy(room.data(), std::min(room.size(), wanted));
        in.commit(count);
        stream.remove_prefix(count);
        progress seen = parser.parse(in);
        for (; seen == progress::complete; seen = parser.parse(in)) {
            parsed.requests.push_back(text_of(parser.current()));
            parser.next(in);
        }
        if (seen == progress::refused) {
            parsed.refused_with = static_cast<int>(parser.refusal().answer);
            break;
        }
    }
    return parsed;
}

}  // namespace memstore::test
