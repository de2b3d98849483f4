#pragma once

#include "client/fault.hpp"

#include <string>
#include <string_view>

namespace memstore::client {

/// Where a server is.
struct url {
    bool tls = false;
    std::string host;    ///< a name or an address, without brackets
    std::string port;    ///< in digits
    std::string prefix;  ///< of every path, without a slash at its end

    /// What the Host field says: with the port where it is not the scheme's own.
    std::string authority() const;

    /// As people write it.
    std::string text() const;

    bool operator==(const url&) const = default;
};

/** Reads `http://HOST[:PORT][/PATH]`, or the same with https.

    @return or what is wrong with it: also a user, a query or a fragment, which would be ignored
*/
checked<url> parse_url(std::string_view text);

/// Appends `text`, any bytes, as part of a path or the value of a query: all but the unreserved
/// characters of RFC 3986 percent-encoded.
void append_percent_encoded(std::string& out, std::string_view text);

std::string percent_encoded(std::string_view text);

}  // namespace memstore::client
