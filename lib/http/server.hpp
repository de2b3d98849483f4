#pragma once

#include "auth/keyring.hpp"
#include "http/body_budget.hpp"
#include "http/figures.hpp"
#include "http/problem.hpp"
#include "http/rate_limits.hpp"
#include "http/readiness.hpp"
#include "http/router.hpp"
#include "http/settings.hpp"
#include "http/site.hpp"
#include "log/logger.hpp"
#include "log/throttle.hpp"
#include "net/connection.hpp"
#include "net/listener.hpp"
#include "net/network_group.hpp"
#include "net/session_group.hpp"
#include "net/tls_server.hpp"
#include "service/transaction_service.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace memstore::http {

/// What keeps out those who are not to come in. All of it outlives the server.
struct guards {
    const auth::keyring* tokens = nullptr;  ///< of those who may ask; nullptr: everybody may
    const net::tls_server* tls = nullptr;   ///< nullptr: connections are plain
};

/** Serves memstore's HTTP interface on a number of io_contexts, each with a listener and sessions
    of its own.

    stop() is the whole of a stop; the functions behind it are its steps.

    @pre Engine and logger outlive it. It goes when its io_contexts have run out of work, or
   before they first ran.
    @par Threads  one caller at a time, none of them an io thread
*/
class server {
public:
    /// @param more  routes beside our own
    server(
        settings options,
        service::transaction_service& engine,
        log::logger& log,
        std::vector<route> more = {},
        const guards& who = {}
    );
    ~server();
    server(const server&) = delete;
    server& operator=(const server&) = delete;

    /// What it is to say of whether it is ready; at first, it is.
    readiness& ready() noexcept { return site_.ready; }

    /** Listens at `where` and serves from when the io_contexts run. Once.

        @return the port, which is a free one where `where` has none
        @throws boost::system::system_error,  as when the port is in use
    */
    std::uint16_t listen(
        net::tcp::endpoint where,
        const std::vector<boost::asio::io_context*>& contexts
    );

    /** Lets the sessions finish what is under way, closes the connections of those that do not
        within `drain_timeout`, and returns when all have left, however long the engine takes.

        The io_contexts of the engine must run until then: a session may wait for any of them.

        @return whether all had left in time
    */
    bool stop(std::chrono::milliseconds drain_timeout);

    /** Takes no new connection but those that the kernel has accepted by now; readiness fails from
        here on.

        Waits until that is done, so the io_contexts must run.
    */
    void stop_accepting();

    /// Asks the sessions to leave: the idle ones do at once, the others when they have answered
    /// what is under way.
    void request_stop();

    /// @return whether all sessions had left in time
    bool wait_for(std::chrono::milliseconds limit);

    /// Closes every connection. Sessions then leave as soon as the engine has answered what they
    /// asked.
    void close_all();

    /// Waits until all sessions have left.
    void wait();

    /// What it has done. Any thread, when listen() has returned.
    server_figures figures() const;

private:
    struct lane;

    void admit(lane& at, net::descriptor&& peer, net::client_network from);
    void turn_away(lane& at, net::descriptor&& peer, net::client_network from, problem why);
    route_figures label_of(std::size_t action) const;
    problem why_full() const;
    problem why_crowded() const;
    void report(const std::exception_ptr& failed) noexcept;

    body_budget bodies_;
    rate_limits rates_;
    slow_log slow_;
    request_ids ids_;
    net::session_group watches_;
    std::optional<net::tls_entrance> entrance_;
    site site_;
    log::logger& log_;
    log::throttle accept_complaints_;
    net::network_group crowd_;  ///< who has sessions
    net::network_group turned_away_crowd_;
    net::session_group sessions_;
    net::session_group turned_away_;
    std::vector<std::unique_ptr<lane>> lanes_;
};

}  // namespace memstore::http
