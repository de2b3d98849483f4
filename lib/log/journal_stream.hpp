#pragma once

#include "log/logger.hpp"

#include <string>
#include <string_view>

namespace memstore::log {

/// Whether what is written to a file goes to the journal of systemd, which says so in
/// JOURNAL_STREAM.
/// @param device_and_inode  the value of that, `device:inode`
bool is_journal_stream(int file, std::string_view device_and_inode) noexcept;

/// What a line of that severity begins with there: `<3>`, as the kernel writes it.
std::string_view journal_mark(level severity) noexcept;

}  // namespace memstore::log
