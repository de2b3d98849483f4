#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace memstore::http {

/** What `text`, a part of a URI, stands for: any bytes. Decoded once, and a `+` is a plus.

    @return nothing where a `%` is not followed by two hexadecimal digits
*/
std::optional<std::string> percent_decoded(std::string_view text);

}  // namespace memstore::http
