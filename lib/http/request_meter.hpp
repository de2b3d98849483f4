#pragma once

#include "base/duration_tally.hpp"
#include "base/tally.hpp"
#include "http/status_of.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string_view>
#include <vector>

namespace memstore::http {

/// The status codes that were answered, by their place in all_statuses.
using status_counts = std::array<std::uint64_t, all_statuses.size()>;

/// What was asked of one action, since the beginning. May be added up.
struct action_counts {
    status_counts answers{};
    base::duration_counts took;

    action_counts& operator+=(const action_counts& other) noexcept {
        for (std::size_t at = 0; at < answers.size(); ++at) answers[at] += other.answers[at];
        took += other.took;
        return *this;
    }
};

/// Requests that were answered with an error, by its code.
using refusal_counts = std::map<std::string_view, std::uint64_t>;

/// Requests that came faster than they may.
struct over_rate_counts {
    std::uint64_t by_address = 0;
    std::uint64_t by_token = 0;

    over_rate_counts& operator+=(const over_rate_counts& other) noexcept {
        by_address += other.by_address;
        by_token += other.by_token;
        return *this;
    }
};

/// What of: its client's address or its token.
enum class over_rate : std::uint8_t { address, token };

/** Counts what the sessions of one thread answered.

    @par Threads  note() and note_over_rate() one, the rest any
*/
class request_meter {
public:
    /// @param actions  that there are; one more is for what none of them answers
    explicit request_meter(std::size_t actions) : actions_(actions + 1) {}

    /// @param action  its number, or that of none
    /// @param took  from when the request was read to when the answer was there to be written
    void note(std::size_t action, status answer, std::chrono::nanoseconds took) noexcept {
        cell& one = actions_[action];
        one.answers[place_of(answer)].add();
        one.took.add(took);
    }

    /// One that came too fast, whatever became of it.
    void note_over_rate(over_rate of) noexcept {
        (of == over_rate::address ? over_address_ : over_token_).add();
    }

    /// One more error. @param code  stays for ever
    void note_refusal(std::string_view code);

    std::size_t actions() const noexcept { return actions_.size(); }
    action_counts counts(std::size_t action) const noexcept;
    refusal_counts refusals() const;
    over_rate_counts over_rates() const noexcept {
        return {over_address_.value(), over_token_.value()};
    }

private:
    struct cell {
        std::array<base::tally, all_statuses.size()> answers;
        base::duration_tally took;
    };

    std::vector<cell> actions_;
    base::tally over_address_;
    base::tally over_token_;
    mutable std::mutex mutex_;  // of what is rare
    refusal_counts refusals_;
};

}  // namespace memstore::http
