#pragma once

#include "app/client_session.hpp"

namespace memstore::app {

/// The commands that read and write keys. @return the exit status
int run_get(client_session& session);
int run_set(client_session& session);
int run_del(client_session& session);
int run_scan(client_session& session);
int run_exec(client_session& session);

}  // namespace memstore::app
