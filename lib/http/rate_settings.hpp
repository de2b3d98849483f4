#pragma once

#include <cstdint>

namespace memstore::http {

/// What becomes of requests that come faster than they may.
enum class rate_mode : std::uint8_t {
    off,
    count,    ///< they are counted, and answered as any
    enforce,  ///< they are refused
};

/// How many requests may come of one side.
struct rate {
    std::uint64_t per_second = 0;  ///< in the long run; 0: any number
    std::uint64_t burst = 1;       ///< at once, after silence
};

/// How fast requests may come. What is an option is named beside it.
struct rate_settings {
    rate_mode mode = rate_mode::off;   ///< rate.mode
    rate of_address = {1'000, 2'000};  ///< rate.per-address, rate.per-address-burst
    rate of_token = {1'000, 2'000};    ///< rate.per-token, rate.per-token-burst
};

}  // namespace memstore::http
