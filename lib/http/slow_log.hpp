#pragma once

#include "http/course.hpp"
#include "http/status_of.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace memstore::http {

/// A request that took long. It holds no value and no secret.
struct slow_request {
    std::string id;
    std::chrono::sys_time<std::chrono::milliseconds> answered;
    std::string method;
    std::string route;             ///< as router::label has it; empty: none
    std::optional<status> answer;  ///< nothing: it had none, since nobody can tell how it ended
    std::string_view error;        ///< its code; empty: none. It stays for ever
    std::chrono::microseconds took;
    std::optional<stage_times> stages;  ///< of its transaction, where there was one
    std::size_t commands = 0;           ///< of that
    std::vector<std::string> keys;      ///< of the first of those, cut short, or their prefixes
};

/// The first keys that a transaction names, each cut short.
std::vector<std::string> first_keys(const command::transaction& what);

/// How many commands clients asked for.
std::size_t commands_of(const command::transaction& what) noexcept;

/** The latest requests that took as long as a threshold, or longer.

    @par Threads  any
*/
class slow_log {
public:
    /// @param entries_max  0: none are kept, and nothing counts as slow
    slow_log(std::chrono::milliseconds threshold, std::size_t entries_max)
        : threshold_(threshold), entries_max_(entries_max) {}

    bool is_slow(std::chrono::nanoseconds took) const noexcept {
        return took >= threshold_ && entries_max_ > 0;
    }

    std::chrono::milliseconds threshold() const noexcept { return threshold_; }

    /// The oldest makes room.
    void add(slow_request one);

    /// The latest first.
    std::vector<slow_request> entries() const;

    void clear();

    /// How many there ever were.
    std::uint64_t recorded() const noexcept { return recorded_.load(std::memory_order_relaxed); }

private:
    const std::chrono::milliseconds threshold_;
    const std::size_t entries_max_;
    std::atomic<std::uint64_t> recorded_ = 0;
    mutable std::mutex mutex_;
    std::deque<slow_request> entries_;
};

/// Appends `{"threshold_ms", "recorded", "entries": [...]}`.
void append_slow_log(std::string& out, const slow_log& log);

}  // namespace memstore::http
