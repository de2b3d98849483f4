#pragma once

namespace memstore::app {

/// Holds SIGTERM and SIGINT back, in this thread and in those it starts from here on. Ignores
/// SIGPIPE.
void hold_stop_signals();

/// Whether one of them has come and was not waited for.
bool stop_signal_is_pending();

/// Waits for the first of them. @return its number
int wait_for_stop_signal();

/// From here on, one of them ends the process at once, with the status 128 + its number.
void leave_at_stop_signal();

}  // namespace memstore::app
