#pragma once

#include "http/rate_limits.hpp"
#include "http/request_meter.hpp"
#include "http/response.hpp"
#include "net/client_network.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace memstore::http {

/** Holds the requests of one session to their rates.

    @par Threads  the session's
*/
class rate_gate {
public:
    using moment = rate_table::moment;

    rate_gate(rate_limits& limits, net::client_network from, request_meter& meter) noexcept
        : limits_(limits), from_(from), meter_(meter) {}

    /// Whether one more of this client's address may pass; otherwise `to` says why not: 429.
    bool admit_address(moment now, response& to) {
        if (!limits_.on()) return true;
        const auto wait = take(limits_.of_address(), from_.bits(), now);
        paid_ = !wait;
        return !wait || tolerate(over_rate::address, *limits_.of_address(), *wait, to);
    }

    /// The same of the token that came with it: what is over that does not count for the address,
    /// whose others have done nothing. @param token  a number of its own
    bool admit_token(std::uint64_t token, moment now, response& to) {
        if (!limits_.on()) return true;
        const auto wait = take(limits_.of_token(), token, now);
        if (!wait) return true;
        give_back_address();
        return tolerate(over_rate::token, *limits_.of_token(), *wait, to);
    }

private:
    using pause = std::chrono::nanoseconds;

    static std::optional<pause> take(rate_table* table, std::uint64_t who, moment now) noexcept {
        return table == nullptr ? std::nullopt : table->take(who, now);
    }
    void give_back_address() noexcept;
    bool tolerate(over_rate of, const rate_table& table, pause wait, response& to);

    rate_limits& limits_;
    net::client_network from_;
    request_meter& meter_;
    bool paid_ = false;  ///< the address for the latest request
};

}  // namespace memstore::http
