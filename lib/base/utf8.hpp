#pragma once

#include <string_view>

namespace memstore::base {

/** Whether `bytes` are well-formed UTF-8 (RFC 3629): no overlong form, surrogate or code point past
    U+10FFFF.

    @par Complexity  one pass; eight bytes a step over plain ASCII
*/
bool is_utf8(std::string_view bytes) noexcept;

}  // namespace memstore::base
