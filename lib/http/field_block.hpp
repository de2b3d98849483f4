#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace memstore::http {

/** The header fields of a request as they came, to be searched for what few routes ask about.

    Borrowed, as the request is, and well-formed: the parser has seen to that.

    @par Complexity  each search is one pass
*/
class field_block {
public:
    field_block() = default;

    /// @param lines  whole lines, each with its CR LF
    explicit field_block(std::string_view lines) noexcept : lines_(lines) {}

    /// The value of the first field of that name, in whatever case, without the space around it.
    std::optional<std::string_view> find(std::string_view name) const noexcept;

    bool contains(std::string_view name) const noexcept { return find(name).has_value(); }

    /// The values of all fields of that name as the one list that they are (RFC 9110 5.3).
    std::optional<std::string> list(std::string_view name) const;

private:
    std::string_view lines_;
};

}  // namespace memstore::http
