#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace memstore::app {

using table_row = std::vector<std::string>;

/** Rows under each other, each column as wide as its widest text, two spaces apart. A text that is
   a number stands at the right of its column.

    @param rows  the first is the heading; none is longer than that
*/
std::string table_text(const std::vector<table_row>& rows);

/// As much of a text as a column of `width` bytes has room for, on one line: what cannot be seen is
/// escaped, and `...` stands for what was cut off.
std::string cell_text(std::string_view text, std::size_t width);

/// `text` on one line, in plain sight: control characters and what is not UTF-8 as in C.
std::string line_text(std::string_view text);

/// JSON in plain sight, and still the same JSON: of the control characters, it may have DEL and
/// U+0080 to U+009F as they are.
std::string visible_json(std::string_view text);

/// A word as a POSIX shell reads it: quoted, where it has to be.
std::string shell_word(std::string_view text);

/// Bytes as people read them: `1.5 MiB`.
std::string bytes_text(std::uint64_t bytes);

/// With so many digits behind the point.
std::string decimal_text(double number, int digits);

}  // namespace memstore::app
