#pragma once

#include "http/problem.hpp"
#include "net/connection.hpp"

namespace memstore::http {

/// Answers a client that there is no session for with why, whatever it asks, and closes the
/// connection.
net::awaitable<> turn_away(net::descriptor peer, net::connections& neighbours, problem why);

}  // namespace memstore::http
