#pragma once

#include "app/client_session.hpp"

namespace memstore::app {

/// Prints what changes, for as long as it is let. It ends where the server can tell no more.
int run_watch(client_session& session);

}  // namespace memstore::app
