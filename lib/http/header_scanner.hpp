#pragma once

#include "base/limits.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace memstore::http {

/** Finds the end of a request's header block, looking at each byte once however it arrives.

    A line that does not end in CR LF, or begins with what a field cannot begin with (a folded one
    does), is refused here: where two readers can differ on where a line ends, they can be made to
    differ on where a request ends.
*/
class header_scanner {
public:
    enum class verdict : std::uint8_t {
        incomplete,
        whole,
        malformed,
        uri_too_long,
        header_too_long
    };

    explicit header_scanner(const base::request_limits& limits) noexcept;

    /// @param bytes  the block from its first byte: what the last call was given, and more
    verdict scan(std::string_view bytes) noexcept;

    /// How long the block is, its empty line included, when it is whole.
    std::size_t size() const noexcept { return line_begin_; }

    /// How long the block is up to where the last call stopped: a line's end, or all there was.
    std::size_t searched() const noexcept { return searched_; }

    void reset() noexcept { line_begin_ = searched_ = 0; }

private:
    verdict judge_length(std::size_t line_end) const noexcept;

    std::size_t header_bytes_max_;
    std::size_t request_line_bytes_max_;
    std::size_t line_begin_ = 0;
    std::size_t searched_ = 0;
};

}  // namespace memstore::http
