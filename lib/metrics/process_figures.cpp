#include "metrics/process_figures.hpp"

#include <sys/resource.h>

#include <array>
#include <charconv>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

namespace memstore::metrics {
namespace {

/// The field in which the name of the program ends, as proc(5) counts them, from 1.
constexpr std::size_t name_field = 2;

std::string first_line_of(const char* path) {
    std::ifstream file{path};
    std::string line;
    std::getline(file, line);
    return line;
}

/// Our own view of the directory counts, too.
std::optional<std::uint64_t> count_open_files() {
    std::error_code failed;
    std::uint64_t count = 0;
    auto each = std::filesystem::directory_iterator{"/proc/self/fd", failed};
    while (!failed && each != std::filesystem::directory_iterator{}) {
        ++count;
        each.increment(failed);
    }
    if (failed) return std::nullopt;
    return count;
}

double seconds_of_ticks(std::uint64_t ticks) {
    return static_cast<double>(ticks) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

double seconds_of(clockid_t clock) {
    timespec now{};
    ::clock_gettime(clock, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

/// The moment of a start so many ticks after that of the machine. Taken once, lest it waver.
double moment_of_start(std::uint64_t ticks) {
    static const double booted = seconds_of(CLOCK_REALTIME) - seconds_of(CLOCK_BOOTTIME);
    return booted + seconds_of_ticks(ticks);
}

}  // namespace

std::optional<process_stat> parse_stat(std::string_view line) {
    const std::size_t name_end = line.rfind(") ");
    if (name_end == std::string_view::npos) return std::nullopt;
    line.remove_prefix(name_end + 2);
    process_stat read;
    struct wanted {
        std::size_t field;
        std::uint64_t process_stat::*place;
    };
    constexpr std::array all{
        wanted{14, &process_stat::user_ticks},
        wanted{15, &process_stat::system_ticks},
        wanted{20, &process_stat::threads},
        wanted{22, &process_stat::started_ticks},
        wanted{23, &process_stat::virtual_bytes},
        wanted{24, &process_stat::resident_pages},
    };
    std::size_t field = name_field;
    for (const wanted& each : all) {
        std::string_view text;
        for (; field < each.field; ++field) {
            if (line.empty()) return std::nullopt;
            const std::size_t end = line.find(' ');
            text = line.substr(0, end);
            line.remove_prefix(end == std::string_view::npos ? line.size() : end + 1);
        }
        const auto number =
            std::from_chars(text.data(), text.data() + text.size(), read.*each.place);
        if (number.ec != std::errc{}) return std::nullopt;
    }
    return read;
}

std::optional<process_figures> figures_of_process() {
    const auto stat = parse_stat(first_line_of("/proc/self/stat"));
    const auto open_files = count_open_files();
    rlimit files{};
    if (!stat || !open_files || ::getrlimit(RLIMIT_NOFILE, &files) != 0) return std::nullopt;
    return process_figures{
        .cpu_seconds = seconds_of_ticks(stat->user_ticks + stat->system_ticks),
        .resident_bytes =
            stat->resident_pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)),
        .virtual_bytes = stat->virtual_bytes,
        .threads = stat->threads,
        .open_files = *open_files,
        .open_files_max = files.rlim_cur,
        .started = moment_of_start(stat->started_ticks)};
}

}  // namespace memstore::metrics
