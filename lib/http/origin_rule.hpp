#pragma once

#include "http/request.hpp"
#include "http/settings.hpp"

#include <cstdint>

namespace memstore::http {

/// What the page behind a request means to us.
enum class origin_verdict : std::uint8_t {
    own,             ///< none (no browser asks), or a page of our own host
    allowed,         ///< another site's page that the settings let in: it must be told so
    foreign_origin,  ///< any other: a web page must not reach a store on somebody's localhost
    foreign_page,    ///< a page that has us as its image or script: browsers send no Origin then
    foreign_host,    ///< a page under a name that may be another's, of whatever origin it is
};

/** Judges by the Host field and the settings. `null` is an origin like any other.

    That a page comes from the host that it asks makes it our own only where nobody else can have
    given us that name: to a name of theirs, others can give our address (DNS rebinding). So our own
    host is an IP address, `localhost`, the one that we listen at, or one of an allowed origin, at
    any port.

    A page that gets from its own host sends no Origin, so to GET and HEAD the name matters without
    one. But only to browsers: whatever else asks goes where it was sent, by a service's name as
    well. Browsers send Accept-Language, whatever a page does, and most begin their User-Agent with
    `Mozilla/`, which pages cannot change in those that may leave the former out. Node sends
    Sec-Fetch-Mode, as no page can, without the Sec-Fetch-Site of browsers.
*/
origin_verdict judge_origin(const request& asked, const settings& options);

}  // namespace memstore::http
