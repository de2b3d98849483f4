#pragma once

#include "app/client_session.hpp"

namespace memstore::app {

/// Prints how a server is. @return client_absent where it is not ready
int run_status(client_session& session);

}  // namespace memstore::app
