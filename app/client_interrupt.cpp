#include "app/client_interrupt.hpp"

namespace memstore::app {
namespace {

volatile std::sig_atomic_t caught_signal = 0;

void keep(int signal) { caught_signal = signal; }

}  // namespace

client_interrupt::client_interrupt() {
    caught_signal = 0;
    struct sigaction caught {};
    caught.sa_handler = keep;  // without SA_RESTART: it ends a wait
    ::sigaction(SIGINT, &caught, &at_sigint_);
    ::sigaction(SIGTERM, &caught, &at_sigterm_);
}

client_interrupt::~client_interrupt() {
    ::sigaction(SIGINT, &at_sigint_, nullptr);
    ::sigaction(SIGTERM, &at_sigterm_, nullptr);
}

int client_interrupt::signal() const noexcept { return caught_signal; }

}  // namespace memstore::app
