#include "app/application.hpp"

#include "app/checkpoint_endpoint.hpp"
#include "app/cluster_endpoint.hpp"
#include "app/collectors.hpp"
#include "app/hash_secret.hpp"
#include "app/io_pool.hpp"
#include "app/journaling.hpp"
#include "app/kept_layout.hpp"
#include "app/memory_trimmer.hpp"
#include "app/metrics_endpoint.hpp"
#include "app/protection.hpp"
#include "app/service_manager.hpp"
#include "app/stop_signal.hpp"
#include "app/version.hpp"
#include "async/system_clock.hpp"
#include "auth/authorizing_service.hpp"
#include "base/hash.hpp"
#include "cluster/advice.hpp"
#include "cluster/cluster.hpp"
#include "console/routes.hpp"
#include "http/export_endpoint.hpp"
#include "http/server.hpp"
#include "http/watch_endpoint.hpp"
#include "log/line.hpp"
#include "log/logger.hpp"
#include "metrics/measuring_service.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/system/system_error.hpp>

#include <sys/resource.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <iterator>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace memstore::app {
namespace {

using boost::asio::ip::tcp;
using namespace std::chrono_literals;

/// Allows as many open files as the system lets us, and says so where that is too few.
void raise_file_limit(const settings& values, log::logger& log) {
    constexpr std::uint64_t files_beside_connections = 64;
    rlimit files{};
    if (::getrlimit(RLIMIT_NOFILE, &files) != 0) return;
    files.rlim_cur = files.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &files);
    const std::uint64_t wanted = values.http.connections_max + files_beside_connections;
    if (files.rlim_max >= wanted) return;
    log.warn(
        "fewer open files allowed than limits.connections needs",
        {{"allowed", std::uint64_t{files.rlim_max}}, {"needed", wanted}}
    );
}

void warn_of_no_limit(const settings& values, log::logger& log) {
    if (values.memory_policy == cluster::memory_policy::reject || values.memory_limit > 0) return;
    log.warn("memory.policy does nothing without memory.limit");
}

void warn_of_no_journal(const settings& values, log::logger& log) {
    if (!values.journal_enable_forgotten) return;
    log.warn("journal options do nothing without journal.enable: nothing outlives this process");
}

void warn_of_idle_rates(const settings& values, log::logger& log) {
    if (values.rate_asked_for && values.http.rates.mode == http::rate_mode::off) {
        log.warn("rate.per-address and rate.per-token do nothing while rate.mode is off");
    }
    if (values.token_rate_asked_for && values.auth.tokens_file.empty()) {
        log.warn("rate.per-token does nothing without auth.tokens-file");
    }
}

base::key_hasher::secret hash_secret(
    const journal_settings& journal,
    const persist::data_directory& directory
) {
    return journal.enable ? hash_secret_of(directory) : random_hash_secret();
}

std::vector<boost::asio::any_io_executor> executors_of(io_pool& io) {
    std::vector<boost::asio::any_io_executor> all;
    for (auto* context : io.contexts()) all.emplace_back(context->get_executor());
    return all;
}

std::size_t nodes_of(const settings& values) {
    if (values.nodes != 0) return values.nodes;
    return cluster::advise({.threads = values.threads, .partitions = values.partitions}).nodes;
}

layout layout_of(const settings& values, const persist::data_directory& directory) {
    std::optional<layout> kept;
    if (values.journal.enable) kept = kept_layout(directory, values.partitions);
    return first_layout(std::move(kept), values, nodes_of(values));
}

cluster_control::keeper layout_keeper(
    const journal_settings& journal,
    const persist::data_directory& directory,
    log::logger& log
) {
    if (!journal.enable) return [](const layout&) {};
    return [&directory, &log](const layout& now) {
        const auto kept = keep_layout(directory, now);
        if (kept) return;
        log.warn("the next start is with another layout", {{"reason", describe(kept.error())}});
    };
}

tcp::endpoint endpoint_of(const settings& values) {
    boost::asio::io_context resolving;
    tcp::resolver resolver{resolving};
    boost::system::error_code failed;
    const auto found = resolver.resolve(
        values.address,
        std::to_string(values.port),
        tcp::resolver::numeric_service,
        failed
    );
    if (failed || found.empty()) {
        throw std::runtime_error{
            "address: cannot resolve " + log::quoted(values.address) + ": " + failed.message()};
    }
    return found.begin()->endpoint();
}

http::settings http_settings(const settings& values) {
    http::settings all = values.http;
    all.host = values.address;
    return all;
}

template <class Endpoint>
auto endpoint_of_layout(cluster_control& layout) {
    return [&layout](const http::site&) -> std::unique_ptr<http::endpoint> {
        return std::make_unique<Endpoint>(layout);
    };
}

/// @param journal,figures  there before the routes are asked for
std::vector<http::route> routes_of(
    const settings& values,
    cluster::cluster& store,
    cluster_control& layout,
    std::optional<journaling>& journal,
    const collectors& figures
) {
    std::vector<http::route> all{
        metrics_route(figures, values.metrics_public),
        http::export_route(store),
        http::watch_route(store, store),
        {.path = "/v1/cluster",
         .actions =
             {{"GET, HEAD", endpoint_of_layout<cluster_reader>(layout)},
              {"PATCH", endpoint_of_layout<cluster_resizer>(layout)}}},
        {.path = "/v1/cluster/rebalance",
         .actions = {{"POST", endpoint_of_layout<cluster_rebalancer>(layout)}}}};
    std::ranges::move(console::routes(), std::back_inserter(all));
    if (!values.journal.enable) return all;
    const auto make = [&journal](const http::site&) -> std::unique_ptr<http::endpoint> {
        return std::make_unique<checkpoint_endpoint>(journal->checkpoints());
    };
    all.push_back({.path = "/v1/checkpoint", .actions = {{"POST", make}}});
    return all;
}

std::uint16_t listen(
    http::server& server,
    const settings& values,
    const protection& guard,
    io_pool& io,
    log::logger& log
) {
    const tcp::endpoint where = endpoint_of(values);
    try {
        const std::uint16_t port = server.listen(where, io.contexts());
        if (!where.address().is_loopback()) guard.warn_if_open(values.address, log);
        return port;
    } catch (const boost::system::system_error& refused) {
        throw std::runtime_error{
            "cannot listen on " + log::escaped(values.address) + " port " +
            std::to_string(values.port) + ": " + refused.code().message()};
    }
}

/// Tells others the port in use, for as long as it is.
class port_file {
public:
    port_file(const std::string& path, std::uint16_t port, fs::file_system& files)
        : path_(path), text_(std::to_string(port) + "\n"), files_(files) {
        if (path_.empty()) return;
        const auto failed = files_.replace(path_, text_);
        if (failed) {
            throw std::runtime_error{
                "port-file: cannot write " + log::quoted(path_) + ": " + failed.message()};
        }
    }
    port_file(const port_file&) = delete;
    port_file& operator=(const port_file&) = delete;
    ~port_file() { withdraw(); }

    /// Removes it where it still tells our port. While we listen at that, nobody else can have
    /// written it: so call this before the listeners close.
    void withdraw() noexcept {
        if (path_.empty()) return;
        const auto found = files_.read(path_, text_.size());
        if (found && *found == text_) files_.remove(path_);
        path_.clear();
    }

private:
    std::string path_;
    std::string text_;
    fs::file_system& files_;
};

std::string_view name_of_signal(int signal) { return signal == SIGTERM ? "SIGTERM" : "SIGINT"; }

/// Reads anew what can be, as often as it is asked to, until it is to stop. @return the signal that
/// said so
int wait_for_stop(protection& guard, log::logger& log) {
    int signal = wait_for_signal();
    for (; signal == SIGHUP; signal = wait_for_signal()) guard.reload(log);
    return signal;
}

/** In this order: a session in line for a node may be passed it on any thread, so all threads serve
    until the last session has left.

    An exception ends the process: unwinding would destroy what the threads use.

    @return as serve()
*/
bool stop(
    http::server& server,
    cluster::cluster& store,
    cluster_control& layout,
    journaling& journal,
    io_pool& io,
    const settings& values
) noexcept {
    journal.give_up();
    server.stop(values.drain_timeout);
    layout.stop();
    store.stop();
    io.join();
    return journal.stop();
}

void tell_start(
    const settings& values,
    std::size_t nodes,
    std::uint16_t port,
    bool tls,
    log::logger& log
) {
    log.info(
        "listening",
        {{"address", values.address},
         {"port", std::uint64_t{port}},
         {"nodes", std::uint64_t{nodes}},
         {"partitions", std::uint64_t{values.partitions}},
         {"threads", std::uint64_t{values.threads}},
         {"tls", tls},
         {"version", version()}}
    );
}

}  // namespace

bool serve(const settings& values, fs::file_system& files) {
    const service_manager manager;
    hold_signals(protection::can_reload(values) || manager.is_there());
    log::logger log{values.log_level, values.log_format};
    protection guard{values};
    raise_file_limit(values, log);
    warn_of_no_limit(values, log);
    warn_of_no_journal(values, log);
    warn_of_idle_rates(values, log);

    const async::system_clock clock;
    io_pool io{values.threads, log};
    const persist::data_directory directory{files, values.journal.path};
    const base::key_hasher::secret secret = hash_secret(values.journal, directory);
    const app::layout first = layout_of(values, directory);
    cluster::cluster store{
        {.nodes = first.nodes,
         .partitions = values.partitions,
         .owners = first.owners,
         .history_bytes = values.watch_history_bytes,
         .memory_bytes_max = values.memory_limit,
         .policy = values.memory_policy},
        secret,
        clock,
        executors_of(io)};
    std::optional<memory_trimmer> trimmer;
    if (values.memory_limit > 0) trimmer.emplace(store);
    const cluster_control::keeper keep = layout_keeper(values.journal, directory, log);
    cluster_control layout{
        store,
        values.threads,
        values.auto_rebalance ? cluster_control::rebalance_interval : 0ms,
        keep,
        log};
    std::optional<journaling> journal;
    auth::authorizing_service authorized{store};
    service::transaction_service& engine =
        guard.guards().tokens != nullptr ? static_cast<service::transaction_service&>(authorized)
                                         : store;
    metrics::transaction_meter transactions;
    metrics::measuring_service measured_engine{engine, transactions};
    collectors figures;
    http::server server{
        http_settings(values),
        measured_engine,
        log,
        routes_of(values, store, layout, journal, figures),
        guard.guards()};
    figures = make_collectors({transactions, store, values.memory_limit, journal, server});
    journal.emplace(values.journal, files, clock, store, server.ready(), manager, log);
    journal->take(secret);
    keep(first);
    const std::uint16_t port = listen(server, values, guard, io, log);
    port_file published{values.port_file, port, files};
    io.start();
    bool started = false;
    try {
        started = journal->start();
    } catch (...) {
        stop(server, store, layout, *journal, io, values);
        throw;
    }
    if (started) {
        store.start();
        layout.start();
        tell_start(values, first.nodes, port, guard.guards().tls != nullptr, log);
        manager.tell_ready("serving at " + values.address + " port " + std::to_string(port));
    }

    const int signal = wait_for_stop(guard, log);
    published.withdraw();  // while no second signal can come in between
    leave_at_stop_signal();
    log.info("stopping", {{"signal", name_of_signal(signal)}});
    manager.tell_stopping();
    const bool kept = stop(server, store, layout, *journal, io, values);
    log.info("stopped");
    return kept;
}

}  // namespace memstore::app
