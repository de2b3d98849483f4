#pragma once

#include "http/field_block.hpp"
#include "service/caller.hpp"

#include <cstdint>
#include <optional>
#include <string_view>

namespace memstore::http {

/// A whole request, borrowed from the buffer that it was read into; its caller, from the session.
struct request {
    std::string_view method;
    std::string_view path;
    std::string_view query;  ///< without its question mark
    std::string_view host;
    std::optional<std::string_view> origin;
    std::optional<std::string_view> authorization;
    std::string_view
        request_id;      ///< the client's name for it; empty: none, or none that may be told
    field_block fields;  ///< all of them
    std::string_view body;
    std::uint64_t announced_bytes =
        0;  ///< of the body, by the header; the most where it is chunked
    bool http_1_1 = true;
    bool keep_alive = true;                   ///< as its version and its Connection field have it
    bool preflight = false;                   ///< has an Access-Control-Request-Method
    const service::caller* caller = nullptr;  ///< whose it is; nullptr where all may do anything
};

}  // namespace memstore::http
