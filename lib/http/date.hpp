#pragma once

#include <chrono>
#include <string_view>

namespace memstore::http {

/// A date as HTTP writes it, "Sun, 06 Nov 1994 08:49:37 GMT": 29 characters into `out`.
void format_date(std::chrono::sys_seconds when, char* out) noexcept;

/// The date of now, made once a second for each thread. Valid until the thread's next call.
std::string_view current_date() noexcept;

}  // namespace memstore::http
