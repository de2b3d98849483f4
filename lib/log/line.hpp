#pragma once

#include "base/clock.hpp"
#include "log/logger.hpp"

#include <span>
#include <string>
#include <string_view>

namespace memstore::log {

/// Appends an event as people read it: `2026-01-02T03:04:05.678Z info listening port=8080`.
void append_text_line(
    std::string& out,
    base::moment when,
    level severity,
    std::string_view event,
    std::span<const field> facts
);

/// Appends an event as one JSON object, which is valid whatever bytes the fields hold.
void append_json_line(
    std::string& out,
    base::moment when,
    level severity,
    std::string_view event,
    std::span<const field> facts
);

/// `text` on one line, in plain sight: control characters and what is not UTF-8 as in C (`\n`,
/// `\x1b`).
std::string escaped(std::string_view text);

/// escaped(), between double quotes.
std::string quoted(std::string_view text);

/// The name of a level, as options and lines spell it.
std::string_view name_of(level severity) noexcept;

}  // namespace memstore::log
