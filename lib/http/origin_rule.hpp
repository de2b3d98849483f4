#pragma once

#include "http/request.hpp"

#include <cstdint>
#include <span>
#include <string>

namespace memstore::http {

/// What a request's Origin field means to us.
enum class origin_verdict : std::uint8_t {
    own,        ///< none (no web page asks), or a page of our own host
    allowed,    ///< another site's page that the settings let in: it must be told so
    forbidden,  ///< any other: a web page must not reach a store on somebody's localhost
};

/// Judges by the Host field and the list of allowed origins. `null` is an origin like any other.
origin_verdict judge_origin(const request& asked, std::span<const std::string> allowed) noexcept;

}  // namespace memstore::http
