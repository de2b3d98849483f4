#pragma once

#include "log/logger.hpp"
#include "log/throttle.hpp"
#include "net/client_network.hpp"
#include "net/descriptor.hpp"
#include "net/tcp.hpp"

#include <boost/asio/basic_socket_acceptor.hpp>

#include <functional>

namespace memstore::net {

/** Fails where somebody listens at `where` already.

    Listeners share their port among themselves, and so would share it, unnoticed, with another
    memstore.

    @throws boost::system::system_error
*/
void require_free(boost::asio::io_context& io, const tcp::endpoint& where);

/** Accepts connections at an endpoint, for one io_context; the kernel spreads them over all
    listeners there.

    @pre It outlives the running of its io_context.
*/
class listener {
public:
    using on_accept = std::function<void(descriptor&&, client_network)>;

    /// Listens from here on. @param complaints  shared by the listeners of a process, which lack
    /// file descriptors together @throws boost::system::system_error
    listener(
        boost::asio::io_context& io,
        const tcp::endpoint& where,
        log::logger& log,
        log::throttle& complaints,
        on_accept admit
    );

    /// Where it listens: with a real port where it was given none.
    tcp::endpoint local_endpoint() const { return acceptor_.local_endpoint(); }

    /// Begins to accept. `admit` is called on the io_context, for each connection, with a socket
    /// that does not block: in the turn that takes it from the kernel, so that between two handlers
    /// there is no connection that was accepted and not admitted.
    void start();

    /// Accepts what the kernel has accepted by now, and no more: `admit` is not called any more
    /// when this returns. Threads: that of the io_context only.
    void close() noexcept;

private:
    awaitable<> accept_all();
    boost::system::error_code accept_waiting(int count) noexcept;
    void admit(descriptor&& accepted, client_network from) noexcept;
    void report(const boost::system::error_code& failed);

    boost::asio::basic_socket_acceptor<tcp, io_executor> acceptor_;
    log::logger& log_;
    log::throttle& complaints_;
    on_accept admit_;
};

}  // namespace memstore::net
