#include "http/line_cutter.hpp"

namespace memstore::http {
namespace {

/// What is kept for the lines to come.
constexpr std::size_t kept_line_bytes = std::size_t{64} * 1024;

}  // namespace

std::optional<std::string_view> line_cutter::next(std::string_view& piece) {
    if (whole_) {
        begun_.clear();
        if (begun_.capacity() > kept_line_bytes) std::string{}.swap(begun_);
        whole_ = false;
    }
    const std::size_t end = piece.find('\n');
    const std::string_view part = piece.substr(0, end);
    if (end == std::string_view::npos) {
        begun_.append(part);
        piece = {};
        return std::nullopt;
    }
    piece.remove_prefix(end + 1);
    if (begun_.empty()) return part;
    begun_.append(part);
    whole_ = true;
    return begun_;
}

}  // namespace memstore::http
