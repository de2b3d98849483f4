#pragma once

#include <yaml-cpp/mark.h>

#include <optional>
#include <string>

namespace memstore::app {

/** Where a text has another document than the first, which is all that YAML::Load() reads of it.

    @par Errors  YAML::ParserException: either of the two is not well-formed, or text belongs to no
      document. YAML::LoadAll() finds no end there, and takes memory for as long as there is any.
    @par Complexity  the length of the two
*/
std::optional<YAML::Mark> second_document(const std::string& text);

}  // namespace memstore::app
