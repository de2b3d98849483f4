#pragma once

#include <boost/json.hpp>

#include <cstddef>
#include <optional>
#include <string_view>
#include <utility>

namespace memstore::test {

/// The document that `text` is, nested no deeper than `depth_max`, or nothing. By a DOM parser.
inline std::optional<boost::json::value> parsed(std::string_view text, std::size_t depth_max) {
    boost::json::parse_options options;
    options.max_depth = depth_max;
    boost::json::error_code ec;
    auto document =
        boost::json::parse(boost::json::string_view{text.data(), text.size()}, ec, {}, options);
    return ec ? std::nullopt : std::optional{std::move(document)};
}

/// Whether `text` is one JSON document and nothing else.
inline bool is_json(std::string_view text, std::size_t depth_max) {
    return parsed(text, depth_max).has_value();
}

/// Whether that is an object.
inline bool is_json_object(std::string_view text, std::size_t depth_max) {
    const auto document = parsed(text, depth_max);
    return document && document->is_object();
}

}  // namespace memstore::test
