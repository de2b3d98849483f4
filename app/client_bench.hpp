#pragma once

#include "app/client_session.hpp"

namespace memstore::app {

/// Puts load on a server, on keys of its own that it writes before and removes after, and prints
/// what it measured. @return client_refused where a request was no success
int run_bench(client_session& session);

}  // namespace memstore::app
