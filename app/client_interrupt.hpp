#pragma once

#include <csignal>

namespace memstore::app {

/** While it lives, SIGINT and SIGTERM end no process. They end a wait, and are asked for.

    @par Threads  one at a time in a process
*/
class client_interrupt {
public:
    client_interrupt();
    client_interrupt(const client_interrupt&) = delete;
    client_interrupt& operator=(const client_interrupt&) = delete;
    ~client_interrupt();

    /// The signal that has come, or 0.
    int signal() const noexcept;

private:
    struct sigaction at_sigint_ {};
    struct sigaction at_sigterm_ {};
};

}  // namespace memstore::app
