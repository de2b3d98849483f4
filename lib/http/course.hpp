#pragma once

#include "command/command.hpp"

#include <chrono>
#include <cstddef>
#include <string>

namespace memstore::http {

/// How long the stages of a transaction took.
struct stage_times {
    std::chrono::microseconds wait{};     ///< in line, for what it concerns
    std::chrono::microseconds execute{};  ///< to evaluate, commit and answer
    std::chrono::microseconds journal{};  ///< until what it saw was durable
};

/** The way of a request's transaction: moments that were looked at because they were worth it, or
    asked for. A look costs as much as a lookup in the store, so most requests have none.
*/
struct course {
    using moment = std::chrono::steady_clock::time_point;

    const command::transaction* what = nullptr;  ///< borrowed up to the answer; nullptr: none
    moment asked = {};                           ///< the engine, if that was long after the request
    moment began = {};                           ///< to run, if it had to wait
    moment taken = {};                           ///< its answer, if that was looked at
    bool held_back = false;                      ///< from then on
    bool traced = false;                         ///< the answer tells how long the stages took

    /// @param request_began,answered  when the request was there, and its answer
    stage_times times(moment request_began, moment answered) const noexcept;
};

/// What append_trace() adds at most.
inline constexpr std::size_t trace_bytes_max = 128;

/// Adds `"trace": {"wait_us", "execute_us", "journal_us"}` to a JSON object that is not empty.
void append_trace(std::string& object, const stage_times& stages);

/// Appends the same three members, after a comma each.
void append_stages(std::string& out, const stage_times& stages);

}  // namespace memstore::http
