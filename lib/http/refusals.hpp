#pragma once

#include "base/error.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace memstore::http {

/// What the reader of any part of a request says of an argument that it cannot take.
refusal bad_argument(std::string what);

/// The same of a key, called `name`, that has more bytes than a key may have.
refusal key_too_long(std::string_view name, std::size_t bytes);

/// A client's own words, well-formed UTF-8, as an error repeats them: no more than their beginning.
std::string in_quotes(std::string_view text);

}  // namespace memstore::http
