#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace memstore::metrics {

/// What the system says of this process.
struct process_figures {
    double cpu_seconds = 0;  ///< of all its threads, in the kernel and out of it
    std::uint64_t resident_bytes = 0;
    std::uint64_t virtual_bytes = 0;
    std::uint64_t threads = 0;
    std::uint64_t open_files = 0;
    std::uint64_t open_files_max = 0;
    double started = 0;  ///< in seconds since the Unix epoch
};

/// Nothing where the system does not tell.
/// @par Complexity  linear in the open files; some tens of microseconds
std::optional<process_figures> figures_of_process();

/// What /proc/PID/stat says, as far as it is asked for here; times in ticks, memory in pages.
struct process_stat {
    std::uint64_t user_ticks = 0;
    std::uint64_t system_ticks = 0;
    std::uint64_t threads = 0;
    std::uint64_t started_ticks = 0;  ///< after the machine did
    std::uint64_t virtual_bytes = 0;
    std::uint64_t resident_pages = 0;
};

/// Nothing where it is no such line. The name of a program may hold anything.
std::optional<process_stat> parse_stat(std::string_view line);

}  // namespace memstore::metrics
