#include "http/header_scanner.hpp"

#include <limits>

namespace memstore::http {
namespace {

/// What stands around the target in a request line: any method we know, and the version.
constexpr std::size_t around_target_bytes_max = 64;

/// A CR is let through, since the empty line that ends the block begins with one.
bool can_begin_line(char c) noexcept { return (c > ' ' && c <= '~') || c == '\r'; }

}  // namespace

header_scanner::header_scanner(const base::request_limits& limits) noexcept
    : header_bytes_max_(limits.header_bytes),
      request_line_bytes_max_(limits.uri_bytes + around_target_bytes_max) {
    // The smaller limit speaks: a line is too long for the block before it is too long for a line.
    if (request_line_bytes_max_ > header_bytes_max_) {
        request_line_bytes_max_ = std::numeric_limits<std::size_t>::max();
    }
}

header_scanner::verdict header_scanner::scan(std::string_view bytes) noexcept {
    while (searched_ < bytes.size()) {
        if (!can_begin_line(bytes[line_begin_])) return verdict::malformed;
        const std::size_t feed = bytes.find('\n', searched_);
        const bool ended = feed != std::string_view::npos;
        searched_ = ended ? feed + 1 : bytes.size();
        const verdict length = judge_length(searched_);
        if (length != verdict::incomplete) return length;
        if (!ended) break;
        if (feed == line_begin_ || bytes[feed - 1] != '\r') return verdict::malformed;
        const bool empty = feed == line_begin_ + 1;
        line_begin_ = searched_;
        if (empty) return verdict::whole;
    }
    return verdict::incomplete;
}

header_scanner::verdict header_scanner::judge_length(std::size_t line_end) const noexcept {
    if (line_begin_ == 0 && line_end > request_line_bytes_max_) return verdict::uri_too_long;
    if (line_end > header_bytes_max_) return verdict::header_too_long;
    return verdict::incomplete;
}

}  // namespace memstore::http
