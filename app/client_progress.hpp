#pragma once

#include "app/progress_line.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace memstore::app {

/** How far something is, as a bar and a percentage; `[####......]  40 %`.

    @param done   of `total`; more counts as all
    @param total  0: not known, and there is nothing to show
*/
std::string bar_text(std::uint64_t done, std::uint64_t total);

/// The same on standard error while a command runs, ten times a second; nothing where that is no
/// terminal.
class client_progress {
public:
    client_progress();

    bool on_terminal() const noexcept { return line_.on_terminal(); }

    /// @param words  what stands behind the bar
    void show(std::uint64_t done, std::uint64_t total, std::string_view words);

    void clear() noexcept { line_.clear(); }

private:
    progress_line line_;
    std::chrono::steady_clock::time_point shown_ = {};
};

}  // namespace memstore::app
