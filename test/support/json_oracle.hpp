#pragma once

#include <boost/json.hpp>

#include <cstddef>
#include <string_view>

namespace memstore::test {

/// Whether `text` is one JSON object and nothing else, nested no deeper than `depth_max`. By a DOM
/// parser.
inline bool is_json_object(std::string_view text, std::size_t depth_max) {
    boost::json::parse_options options;
    options.max_depth = depth_max;
    boost::json::error_code ec;
    const auto document =
        boost::json::parse(boost::json::string_view{text.data(), text.size()}, ec, {}, options);
    return !ec && document.is_object();
}

}  // namespace memstore::test
