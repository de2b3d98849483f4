#pragma once

namespace memstore::app {

/// Holds SIGTERM and SIGINT back, in this thread and in those it starts from here on. Ignores
/// SIGPIPE. @param reloads  holds back SIGHUP, too
void hold_signals(bool reloads);

/// Whether SIGTERM or SIGINT has come and was not waited for.
bool stop_signal_is_pending();

/// Waits for the first of those that are held back. @return its number
int wait_for_signal();

/// From here on, SIGTERM or SIGINT ends the process at once, with the status 128 + its number.
void leave_at_stop_signal();

}  // namespace memstore::app
