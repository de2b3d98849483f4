#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace memstore::http {

/** Cuts a body that comes in pieces into lines.

    @par Threads  one at a time
*/
class line_cutter {
public:
    /** Takes from the front of `piece` what belongs to the next line.

        @return the line without its end, good until the next call and as long as the piece is;
          nothing: all of the piece was taken, and no end of a line is in it
        @par Complexity  linear in what it takes; only what two pieces share is copied
    */
    std::optional<std::string_view> next(std::string_view& piece);

    /// What there is of a line that has not ended.
    std::string_view begun() const noexcept { return whole_ ? std::string_view{} : begun_; }

    /// How much memory it has.
    std::size_t capacity() const noexcept { return begun_.capacity(); }

private:
    std::string begun_;
    bool whole_ = false;  ///< begun_ was a line that was given out
};

}  // namespace memstore::http
