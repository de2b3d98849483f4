#pragma once

#include "app/client_session.hpp"

namespace memstore::app {

/// Writes an export to a file, which is there only when it is whole, or to standard output. A file
/// keeps its mode, and a new one is for its owner only. A pipe or a device is written into.
int run_export(client_session& session);

/// Sends the lines of a file. Where that breaks off, it says how far it got.
int run_import(client_session& session);

}  // namespace memstore::app
