#include "app/client_progress.hpp"

#include <algorithm>
#include <unistd.h>

namespace memstore::app {
namespace {

constexpr std::size_t cells = 30;
constexpr std::chrono::milliseconds between_shows{100};

}  // namespace

std::string bar_text(std::uint64_t done, std::uint64_t total) {
    if (total == 0) return {};
    const double part = static_cast<double>(std::min(done, total)) / static_cast<double>(total);
    std::string bar(static_cast<std::size_t>(part * cells), '#');
    bar.resize(cells, '.');
    std::string percent = std::to_string(static_cast<unsigned>(part * 100));
    percent.insert(0, 3 - percent.size(), ' ');
    return "[" + bar + "] " + percent + " %";
}

client_progress::client_progress() : line_(STDERR_FILENO) {}

void client_progress::show(std::uint64_t done, std::uint64_t total, std::string_view words) {
    if (!on_terminal()) return;
    const auto now = std::chrono::steady_clock::now();
    if (now - shown_ < between_shows) return;
    shown_ = now;
    std::string text = bar_text(done, total);
    if (!text.empty()) text += "  ";
    line_.show(text.append(words));
}

}  // namespace memstore::app
