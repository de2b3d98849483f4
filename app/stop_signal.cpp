#include "app/stop_signal.hpp"

#include <csignal>
#include <pthread.h>
#include <unistd.h>

namespace memstore::app {
namespace {

sigset_t stop_signals() noexcept {
    sigset_t set;
    ::sigemptyset(&set);
    ::sigaddset(&set, SIGTERM);
    ::sigaddset(&set, SIGINT);
    return set;
}

void leave(int signal) { ::_exit(128 + signal); }

}  // namespace

void hold_signals(bool reloads) {
    ::signal(SIGPIPE, SIG_IGN);
    ::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is a write that fails
    sigset_t set = stop_signals();
    if (reloads) ::sigaddset(&set, SIGHUP);
    ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

bool stop_signal_is_pending() {
    sigset_t pending;
    ::sigpending(&pending);
    return ::sigismember(&pending, SIGTERM) == 1 || ::sigismember(&pending, SIGINT) == 1;
}

int wait_for_signal() {
    sigset_t set;
    ::pthread_sigmask(SIG_BLOCK, nullptr, &set);
    int signal = 0;
    ::sigwait(&set, &signal);
    return signal;
}

void leave_at_stop_signal() {
    // A handler, since a first process of a container is spared by the default action.
    ::signal(SIGTERM, leave);
    ::signal(SIGINT, leave);
    const sigset_t set = stop_signals();
    ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

}  // namespace memstore::app
