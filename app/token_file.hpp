#pragma once

#include "app/private_file.hpp"
#include "auth/credentials.hpp"

#include <boost/system/result.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace memstore::app {

/** Reads the text of a tokens file: a YAML list of tokens, each with its `name`, the `sha256` of
   its secret, its `rights`, and, where it may read or write, the `prefixes` of its keys.

    No two have the same name or secret, and there is at least one.

    @param file  what errors call it
    @return or what is wrong and in which line, which repeats nothing that could be a secret
*/
boost::system::result<std::vector<auth::token>, file_fault> parse_tokens(
    const std::string& text,
    std::string_view file
);

/// Reads the file itself, which must be none that everybody can read.
boost::system::result<std::vector<auth::token>, file_fault> read_tokens(const std::string& path);

}  // namespace memstore::app
