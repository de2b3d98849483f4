#include "app/progress_line.hpp"

#include <string>
#include <unistd.h>

namespace memstore::app {
namespace {

constexpr std::string_view begin_anew = "\r\x1b[K";  // of ECMA-48: erase in line

}  // namespace

progress_line::progress_line(int stream) noexcept : stream_(::isatty(stream) == 1 ? stream : -1) {}

void progress_line::show(std::string_view text) {
    write(std::string{begin_anew}.append(text));
    empty_ = false;
}

void progress_line::clear() noexcept {
    if (!empty_) write(begin_anew);
    empty_ = true;
}

/// A terminal that takes no more misses a text.
void progress_line::write(std::string_view text) noexcept {
    if (!on_terminal()) return;
    [[maybe_unused]] const auto written = ::write(stream_, text.data(), text.size());
}

}  // namespace memstore::app
