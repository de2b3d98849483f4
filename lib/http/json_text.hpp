#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace memstore::http {

/** Appends `text` as a JSON string, quotes included (RFC 8259).

    Escapes what must be escaped, and no more: the quote, the backslash and the control characters
    below U+0020.

    @param text  well-formed UTF-8; anything else makes the document no JSON
    @par Complexity  one pass; eight bytes a step where nothing needs escaping
*/
void append_json_string(std::string& out, std::string_view text);

/// How many bytes that appends. Complexity: as append_json_string().
std::size_t json_string_size(std::string_view text) noexcept;

}  // namespace memstore::http
