#pragma once

#include "http/request.hpp"
#include "http/settings.hpp"

#include <cstdint>

namespace memstore::http {

/// What a request's Origin field means to us.
enum class origin_verdict : std::uint8_t {
    own,        ///< none (no web page asks), or a page of our own host
    allowed,    ///< another site's page that the settings let in: it must be told so
    forbidden,  ///< any other: a web page must not reach a store on somebody's localhost
};

/** Judges by the Host field and the settings. `null` is an origin like any other.

    That a page comes from the host that it asks makes it our own only where nobody else can have
    given us that name: to a name of theirs, others can give our address (DNS rebinding). So our own
    host is an IP address, `localhost`, the one that we listen at, or one of an allowed origin, at
    any port.
*/
origin_verdict judge_origin(const request& asked, const settings& options);

}  // namespace memstore::http
