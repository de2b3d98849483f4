#pragma once

#include "app/client_session.hpp"

namespace memstore::app {

/// Shows what the nodes do, anew each interval: on a terminal until q or Ctrl-C, to anything else a
/// line of JSON each time, until --count or a signal ends it.
int run_top(client_session& session);

}  // namespace memstore::app
