#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace memstore::client {

/// Names and values of header fields.
using fields = std::vector<std::pair<std::string, std::string>>;

struct request {
    std::string method = "GET";
    std::string target;  ///< a path, percent-encoded, and its query
    std::string body = {};
    fields more = {};  ///< beside those that every request has
};

struct response {
    unsigned status = 0;
    fields head = {};
    std::string body = {};  ///< empty where somebody else took it

    /// The value of a field, or nothing. Its name is not case-sensitive.
    std::string_view field(std::string_view name) const noexcept;

    bool good() const noexcept { return status >= 200 && status < 300; }
};

}  // namespace memstore::client
