#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <variant>

namespace memstore::command {

/// All there is to know of a key.
struct entry {
    std::string_view value;
    std::uint64_t version;  ///< store::keyspace::not_committed: that of this very transaction
    std::optional<std::int64_t> ttl_ms;

    bool operator==(const entry&) const noexcept = default;
};

/// One key of a page.
struct row {
    std::string_view key;
    std::string_view value;
    std::uint64_t version;  ///< as an entry's

    bool operator==(const row&) const noexcept = default;
};

/// Keys in their order, as far as they were asked for.
struct page {
    std::span<const row> rows;
    bool more;       ///< the last row is not the last there is
    bool keys_only;  ///< no values

    bool operator==(const page& other) const noexcept {
        return more == other.more && keys_only == other.keys_only &&
               std::equal(rows.begin(), rows.end(), other.rows.begin(), other.rows.end());
    }
};

/// What a command answers: nothing (no such key), bytes, a number, a truth, an entry or a page. It
/// borrows from the store, the request and the evaluation.
using reply = std::variant<std::monostate, std::string_view, std::int64_t, bool, entry, page>;

}  // namespace memstore::command
