#pragma once

#include "base/error.hpp"
#include "http/field_block.hpp"

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace memstore::http {

/// A list of entity tags, as of a precondition. Ours are versions: "17".
struct entity_tags {
    bool any = false;                        ///< `*`: whatever there is, if there is something
    std::vector<std::uint64_t> strong = {};  ///< the versions among them
    std::vector<std::uint64_t> weak = {};    ///< those marked W/

    /// Whether something of `version` is meant; 0: nothing is there, which none means.
    bool match_strongly(std::uint64_t version) const noexcept;

    /// The same, where it is enough that it is as good as the same.
    bool match_weakly(std::uint64_t version) const noexcept;
};

/// Under which conditions a request is to be served (RFC 9110 13.1).
struct preconditions {
    std::optional<entity_tags> if_match = {};
    std::optional<entity_tags> if_none_match = {};

    enum class verdict : std::uint8_t { hold, not_modified, failed };

    /// Judges by what is there, its version, or 0. `not_modified` is only for what `reads`.
    verdict judge(std::uint64_t version, bool reads) const noexcept;
};

/// Reads them from a request's fields. @par Errors bad_argument, naming the field that is no list
/// of entity tags
result<preconditions> preconditions_of(const field_block& fields);

}  // namespace memstore::http
