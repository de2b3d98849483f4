#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace memstore::http {

/// A line of an export: a key and what is there. Its bytes are borrowed.
struct bulk_entry {
    std::string_view key;
    std::string_view value;
    base::moment deadline = base::never;
    std::optional<std::uint64_t> version =
        {};  ///< of the commit that wrote it, where the line says

    bool operator==(const bulk_entry&) const noexcept = default;
};

/// The last line, which tells a whole export from one that was cut.
struct bulk_end {
    std::uint64_t count;  ///< of the entries before it

    bool operator==(const bulk_end&) const noexcept = default;
};

using bulk_line = std::variant<bulk_entry, bulk_end>;

/** Appends `{"key", "value", "version"?, "expires_at_ms"?}` and a line feed. Bytes that are not
    UTF-8 come as `{"base64": "..."}`.
*/
void append_line(std::string& out, const bulk_entry& one);

/// Appends `{"end": true, "count"}` and a line feed.
void append_line(std::string& out, const bulk_end& last);

/** Reads such lines, whatever the order of their members.

    Made once an import: it keeps its memory, so that a line like those before allocates nothing.

    @par Threads  one at a time
*/
class line_decoder {
public:
    /// @param value_bytes_max  of a value, as bytes
    explicit line_decoder(std::size_t value_bytes_max);
    ~line_decoder();
    line_decoder(const line_decoder&) = delete;
    line_decoder& operator=(const line_decoder&) = delete;

    /** Reads `line`, which is without its end. What is read borrows from it, and from the decoder,
        until the next call.

        @par Errors  malformed_json, bad_argument
        @par Complexity  one pass; memory bounded by the line's size
    */
    result<bulk_line> decode(std::string_view line);

    /// How much memory it has for texts.
    std::size_t capacity() const noexcept;

    /// Gives back what a long line made it hold.
    void trim() noexcept;

    /// The longest line that `value_bytes_max` allows, however it is written.
    static std::size_t line_bytes_max(std::size_t value_bytes_max) noexcept;

private:
    class parser;
    std::unique_ptr<parser> parser_;
};

}  // namespace memstore::http
