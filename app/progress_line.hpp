#pragma once

#include <string_view>

namespace memstore::app {

/** A line on a terminal that says how far something is: each text takes the place of the one
    before, and none is left in the end. Where there is no terminal, nothing is written.

    @par Threads  one at a time
*/
class progress_line {
public:
    /// @param stream  a file descriptor, which outlives it
    explicit progress_line(int stream) noexcept;
    progress_line(const progress_line&) = delete;
    progress_line& operator=(const progress_line&) = delete;
    ~progress_line() { clear(); }

    bool on_terminal() const noexcept { return stream_ >= 0; }

    void show(std::string_view text);
    void clear() noexcept;

private:
    void write(std::string_view text) noexcept;

    int stream_;  // negative: no terminal
    bool empty_ = true;
};

}  // namespace memstore::app
