#include "log/journal_stream.hpp"

#include <sys/stat.h>

#include <charconv>
#include <cstdint>

namespace memstore::log {

bool is_journal_stream(int file, std::string_view device_and_inode) noexcept {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    const char* const end = device_and_inode.data() + device_and_inode.size();
    const auto first = std::from_chars(device_and_inode.data(), end, device);
    if (first.ec != std::errc{} || first.ptr == end || *first.ptr != ':') return false;
    const auto second = std::from_chars(first.ptr + 1, end, inode);
    if (second.ec != std::errc{} || second.ptr != end) return false;
    struct stat found {};
    return ::fstat(file, &found) == 0 && found.st_dev == device && found.st_ino == inode;
}

std::string_view journal_mark(level severity) noexcept {
    switch (severity) {
    case level::debug: return "<7>";
    case level::info: return "<6>";
    case level::warn: return "<4>";
    case level::error: return "<3>";
    case level::off: break;
    }
    return {};
}

}  // namespace memstore::log
