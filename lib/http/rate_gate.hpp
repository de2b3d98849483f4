#pragma once

#include "http/rate_limits.hpp"
#include "http/request_meter.hpp"
#include "http/response.hpp"
#include "net/client_network.hpp"

#include <cstdint>
#include <string_view>

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
        return !limits_.on() ||
               admit(limits_.of_address(), from_.bits(), over_rate::address, now, to);
    }

    /// The same of a token. @param token  a number of its own
    bool admit_token(std::uint64_t token, moment now, response& to) {
        return !limits_.on() || admit(limits_.of_token(), token, over_rate::token, now, to);
    }

private:
    bool admit(rate_table* table, std::uint64_t who, over_rate of, moment now, response& to);

    rate_limits& limits_;
    net::client_network from_;
    request_meter& meter_;
};

}  // namespace memstore::http
