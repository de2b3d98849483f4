#include "http/server.hpp"

#include "http/response.hpp"
#include "http/routes.hpp"
#include "http/session.hpp"
#include "http/turn_away.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
#include <cstddef>
#include <exception>
#include <iterator>
#include <latch>
#include <string>
#include <utility>

namespace memstore::http {
namespace {

/// How many clients are told at once that there is no room; any more are closed without a word.
constexpr std::size_t turned_away_max = 256;

/// Of them, of one network: who comes again and again does not keep others from being told.
constexpr std::size_t turned_away_of_one_max = 16;

/// How often to say that connections cannot be accepted, while that lasts.
constexpr std::chrono::seconds between_complaints{10};

std::vector<route> with_own_routes(std::vector<route>&& more) {
    std::vector<route> all = own_routes();
    std::move(more.begin(), more.end(), std::back_inserter(all));
    return all;
}

/// To whoever speaks to a port of TLS as if it were none.
std::string answer_to_plain_text() {
    response answer;
    answer.assign(problem{status::bad_request, "tls_required", "TLS is spoken here: use https"});
    std::string out;
    append_response(out, answer, {.keep_alive = false});
    return out;
}

void tell_routes(const router& all, log::logger& log) {
    for (const route& one : all.routes()) {
        log.debug(
            "route",
            {{"path", one.path}, {"methods", one.allow}, {"open_ended", one.open_ended}}
        );
    }
}

/// Of a client, while it is here.
struct place {
    net::session_group::ticket of_all;
    net::network_group::ticket of_network;  ///< goes first: who waits for all waits for this, too
};

net::awaitable<> run_session(std::unique_ptr<session> one) { co_await one->run(); }

}  // namespace

/// What runs on one io_context.
struct server::lane {
    lane(server& whose, boost::asio::io_context& on, const net::tcp::endpoint& where)
        : io(on),
          meter(whose.site_.routes.actions()),
          connections(on, whose.entrance_ ? &*whose.entrance_ : nullptr),
          listener(
              on,
              where,
              whose.log_,
              whose.accept_complaints_,
              [&whose, this](net::descriptor&& peer, net::client_network from) {
                  whose.admit(*this, std::move(peer), from);
              }
          ) {}

    boost::asio::io_context& io;
    request_meter meter;
    net::connections connections;
    net::listener listener;
};

server::server(
    settings options,
    service::transaction_service& engine,
    log::logger& log,
    std::vector<route> more,
    const guards& who
)
    : bodies_(options.buffered_bytes_max),
      rates_(options.rates),
      slow_(options.slow_threshold, options.slow_entries_max),
      watches_(options.watches_max),
      site_{
          std::move(options),
          engine,
          bodies_,
          rates_,
          slow_,
          ids_,
          watches_,
          router{with_own_routes(std::move(more))},
          who.tokens},
      log_(log),
      accept_complaints_(between_complaints),
      crowd_(site_.options.connections_per_address_max),
      turned_away_crowd_(turned_away_of_one_max),
      sessions_(site_.options.connections_max),
      turned_away_(turned_away_max) {
    tell_routes(site_.routes, log_);
    if (who.tls == nullptr) return;
    entrance_.emplace(
        net::tls_entrance{*who.tls, site_.options.request_timeout, answer_to_plain_text}
    );
}

server::~server() = default;

std::uint16_t server::listen(
    net::tcp::endpoint where,
    const std::vector<boost::asio::io_context*>& contexts
) {
    if (where.port() != 0) net::require_free(*contexts.front(), where);
    for (boost::asio::io_context* io : contexts) {
        lanes_.push_back(std::make_unique<lane>(*this, *io, where));
        where = lanes_.back()->listener.local_endpoint();
    }
    for (const auto& one : lanes_) one->listener.start();
    return where.port();
}

bool server::stop(std::chrono::milliseconds drain_timeout) {
    stop_accepting();
    request_stop();
    if (wait_for(drain_timeout)) return true;
    log_.warn(
        "closing connections that are still busy",
        {{"drain_timeout_ms", drain_timeout.count()}}
    );
    close_all();
    wait();
    return false;
}

// When this returns, all that the kernel had accepted have sessions: a listener takes a connection
// from the kernel and admits it in one turn of its thread, and has closed in a turn of its own. So
// none of them can meet the sessions' group after request_stop(), and be turned away.
void server::stop_accepting() {
    site_.draining.store(true, std::memory_order_relaxed);
    // Shared, since the last to count may still be at it when this returns.
    const auto open = std::make_shared<std::latch>(static_cast<std::ptrdiff_t>(lanes_.size()));
    for (const auto& one : lanes_) {
        boost::asio::post(one->io, [&listener = one->listener, open] {
            listener.close();
            open->count_down();
        });
    }
    open->wait();
}

void server::request_stop() {
    sessions_.request_stop();
    // Sessions enter and join their lane in one turn of its thread, so this finds each that has
    // entered.
    for (const auto& one : lanes_) {
        boost::asio::post(one->io, [&connections = one->connections] {
            connections.ask_to_leave();
        });
    }
}

bool server::wait_for(std::chrono::milliseconds limit) {
    const auto until = std::chrono::steady_clock::now() + limit;
    return sessions_.wait_until(until) && turned_away_.wait_until(until);
}

void server::close_all() {
    for (const auto& one : lanes_) {
        boost::asio::post(one->io, [&connections = one->connections] { connections.close(); });
    }
}

void server::wait() {
    sessions_.wait();
    turned_away_.wait();
}

void server::admit(lane& at, net::descriptor&& peer, net::client_network from) {
    auto share = crowd_.enter(from);
    if (!share) return turn_away(at, std::move(peer), from, why_crowded());
    auto ticket = sessions_.enter();
    if (!ticket) return turn_away(at, std::move(peer), from, why_full());
    auto one =
        std::make_unique<session>(std::move(peer), from, at.connections, site_, at.meter, log_);
    auto left = [this, held = place{std::move(*ticket), std::move(*share)}](
                    const std::exception_ptr& failed
                ) { report(failed); };
    boost::asio::co_spawn(at.io.get_executor(), run_session(std::move(one)), std::move(left));
}

void server::turn_away(lane& at, net::descriptor&& peer, net::client_network from, problem why) {
    at.meter.note_refusal(why.code);
    auto share = turned_away_crowd_.enter(from);
    if (!share) return;
    auto ticket = turned_away_.enter();
    if (!ticket) return;
    auto left = [this, held = place{std::move(*ticket), std::move(*share)}](
                    const std::exception_ptr& failed
                ) { report(failed); };
    boost::asio::co_spawn(
        at.io.get_executor(),
        http::turn_away(std::move(peer), at.connections, std::move(why)),
        std::move(left)
    );
}

server_figures server::figures() const {
    server_figures all;
    all.slow_requests = slow_.recorded();
    std::vector<route_figures>& routes = all.routes;
    for (std::size_t action = 0; action <= site_.routes.actions(); ++action) {
        const auto label = label_of(action);
        auto place = std::find_if(routes.begin(), routes.end(), [&](const route_figures& one) {
            return one.route == label.route && one.method == label.method;
        });
        if (place == routes.end()) place = routes.insert(place, label);
        for (const auto& each : lanes_) place->counts += each->meter.counts(action);
    }
    for (const auto& each : lanes_) {
        all.traffic += each->connections.counted();
        all.over_rates += each->meter.over_rates();
        for (const auto& [code, count] : each->meter.refusals()) all.refusals[code] += count;
    }
    return all;
}

route_figures server::label_of(std::size_t action) const {
    if (action == site_.routes.actions()) return {};
    const router::label& label = site_.routes.label_of(action);
    return {.route = label.path, .method = label.method, .counts = {}};
}

problem server::why_crowded() const {
    const std::uint64_t limit = crowd_.each_max();
    std::string what =
        "your address has as many connections as limits.connections-per-address allows: " +
        std::to_string(limit);
    const limit_violation violated{limit, limit + 1, "limits.connections-per-address"};
    return {status::unavailable, "too_many_connections_per_address", std::move(what), violated};
}

problem server::why_full() const {
    if (site_.draining.load(std::memory_order_relaxed)) {
        return {status::unavailable, "draining", "the server is stopping"};
    }
    const std::uint64_t limit = site_.options.connections_max;
    std::string what =
        "there are as many connections as limits.connections allows: " + std::to_string(limit);
    const limit_violation violated{limit, limit + 1, "limits.connections"};
    return {status::unavailable, "too_many_connections", std::move(what), violated};
}

void server::report(const std::exception_ptr& failed) noexcept {
    if (!failed) return;
    try {
        std::rethrow_exception(failed);
    } catch (const std::exception& what) {
        log_.error("a session failed", {{"reason", what.what()}});
    } catch (...) {
        log_.error("a session failed");
    }
}

}  // namespace memstore::http
