#include "app/collectors.hpp"

#include "app/version.hpp"
#include "metrics/family.hpp"
#include "metrics/process_figures.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace memstore::app {
namespace {

using metrics::family;
using families = std::vector<prometheus::MetricFamily>;
using seconds = std::chrono::duration<double>;

/// Puts finished families into a list.
class list {
public:
    template <class... Each>
    explicit list(Each&&... each) {
        (all_.push_back(std::move(each).take()), ...);
    }
    families take() && { return std::move(all_); }

private:
    families all_;
};

class http_collector final : public prometheus::Collectable {
public:
    explicit http_collector(http::server& server) noexcept : server_(server) {}

    families Collect() const override {
        const http::server_figures all = server_.figures();
        auto requests = family::of_counters(
            "memstore_http_requests_total",
            "Requests that were answered, by route, method and status code."
        );
        auto durations = family::of_durations(
            "memstore_http_request_duration_seconds",
            "From when a request was read to when its answer was there to be written."
        );
        for (const http::route_figures& each : all.routes) add(each, requests, durations);
        auto refused = family::of_counters(
            "memstore_http_rejected_requests_total",
            "Requests and connections that were turned away, by the code of the error."
        );
        for (const auto& [code, count] : all.refusals) refused.add(count, {{"reason", code}});
        auto over_rate = family::of_counters(
            "memstore_http_over_rate_requests_total",
            "Requests that came faster than they may, refused or not, by what is limited."
        );
        over_rate.add(all.over_rates.by_address, {{"by", "address"}});
        over_rate.add(all.over_rates.by_token, {{"by", "token"}});
        auto accepted = family::of_counters(
            "memstore_http_connections_accepted_total",
            "Connections that were accepted."
        );
        auto open = family::of_gauges("memstore_http_connections", "Connections that are open.");
        auto in = family::of_counters(
            "memstore_http_received_bytes_total",
            "Bytes that were read from connections, without what TLS adds."
        );
        auto out = family::of_counters(
            "memstore_http_sent_bytes_total",
            "Bytes that were written to connections, without what TLS adds."
        );
        auto slow = family::of_counters(
            "memstore_slow_requests_total",
            "Requests that took slowlog.threshold or longer."
        );
        auto ready = family::of_gauges(
            "memstore_ready",
            "1 when everything can be served, as /readyz has it, else 0."
        );
        accepted.add(all.traffic.accepted);
        open.add(all.traffic.open);
        in.add(all.traffic.bytes_in);
        out.add(all.traffic.bytes_out);
        slow.add(all.slow_requests);
        ready.add(server_.ready().complaint().empty() ? 1 : 0);
        return list{
            std::move(requests),
            std::move(durations),
            std::move(refused),
            std::move(over_rate),
            std::move(accepted),
            std::move(open),
            std::move(in),
            std::move(out),
            std::move(slow),
            std::move(ready)}
            .take();
    }

private:
    /// Codes that never were are left out, and so are routes that nobody asked.
    static void add(const http::route_figures& one, family& requests, family& durations) {
        const std::string_view route = one.route.empty() ? "none" : one.route;
        const std::string_view method = one.method.empty() ? "any" : one.method;
        for (std::size_t at = 0; at < http::all_statuses.size(); ++at) {
            const std::uint64_t count = one.counts.answers[at];
            if (count == 0) continue;
            const auto code = std::to_string(static_cast<unsigned>(http::all_statuses[at]));
            requests.add(count, {{"route", route}, {"method", method}, {"code", code}});
        }
        if (one.counts.took.total() == 0) return;
        durations.add(one.counts.took, {{"route", route}, {"method", method}});
    }

    http::server& server_;
};

class transaction_collector final : public prometheus::Collectable {
public:
    explicit transaction_collector(const metrics::transaction_meter& meter) noexcept
        : meter_(meter) {}

    families Collect() const override {
        const metrics::transaction_counts all = meter_.counts();
        auto transactions = family::of_counters(
            "memstore_transactions_total",
            "Transactions that were executed or refused, by what they came to."
        );
        for (std::size_t at = 0; at < metrics::endings; ++at) {
            const auto how = static_cast<metrics::ending>(at);
            transactions.add(all.ended[at], {{"result", metrics::name_of(how)}});
        }
        auto commands = family::of_counters(
            "memstore_commands_total",
            "Commands of those transactions, by their type."
        );
        for (const auto& each : all.commands) commands.add(each.count, {{"type", each.name}});
        return list{std::move(transactions), std::move(commands)}.take();
    }

private:
    const metrics::transaction_meter& meter_;
};

class store_collector final : public prometheus::Collectable {
public:
    store_collector(cluster::cluster& store, std::size_t memory_limit) noexcept
        : store_(store), memory_limit_(memory_limit) {}

    families Collect() const override {
        const cluster::cluster_figures all = store_.figures();
        families made = of_nodes(all.nodes);
        auto partitions =
            family::of_gauges("memstore_partitions", "Partitions that share the keys.");
        auto memory = family::of_gauges(
            "memstore_memory_bytes",
            "What keys and values take up, with all that is kept about them."
        );
        auto held = family::of_gauges(
            "memstore_memory_held_bytes",
            "The same with what waits to be freed, and what lies free between."
        );
        auto limit = family::of_gauges(
            "memstore_memory_limit_bytes",
            "What they may take up: memory.limit; 0: no limit."
        );
        auto snapshots = family::of_gauges(
            "memstore_snapshots",
            "Snapshots that are held, by exports and checkpoints."
        );
        auto watches = family::of_gauges("memstore_watches", "Watches that are open.");
        auto expired = family::of_counters(
            "memstore_expired_keys_total",
            "Keys that were removed when their deadline had come."
        );
        auto evicted = family::of_counters(
            "memstore_evicted_keys_total",
            "Keys that were removed to make room."
        );
        partitions.add(all.partitions.size());
        memory.add(all.memory_bytes);
        held.add(all.memory_bytes_held);
        limit.add(memory_limit_);
        snapshots.add(all.snapshots);
        watches.add(all.watches);
        expired.add(all.expired_keys);
        evicted.add(all.evicted_keys);
        for (family* const each :
             {&partitions, &memory, &held, &limit, &snapshots, &watches, &expired, &evicted}) {
            made.push_back(std::move(*each).take());
        }
        return made;
    }

private:
    static families of_nodes(const std::vector<cluster::node_figures>& nodes) {
        auto keys = family::of_gauges("memstore_node_keys", "Keys that a node has.");
        auto bytes = family::of_gauges("memstore_node_bytes", "Bytes of those keys and values.");
        auto owned = family::of_gauges("memstore_node_partitions", "Partitions that a node owns.");
        auto rate = family::of_gauges(
            "memstore_node_operations_per_second",
            "Operations on a node's keys, of late, to go by one in eight transactions."
        );
        auto depth = family::of_gauges(
            "memstore_node_queue_depth",
            "Transactions that are in line for a node."
        );
        auto waits = family::of_counters(
            "memstore_node_queue_waits_total",
            "Transactions that were in line for a node and have had their turn."
        );
        auto waited = family::of_counters(
            "memstore_node_queue_wait_seconds_total",
            "How long those were in line, to go by one in eight."
        );
        for (std::size_t at = 0; at < nodes.size(); ++at) {
            const cluster::node_figures& one = nodes[at];
            const std::string node = std::to_string(at);
            const auto whose = {std::pair{std::string_view{"node"}, std::string_view{node}}};
            keys.add(one.keys, whose);
            bytes.add(one.bytes, whose);
            owned.add(one.partitions, whose);
            rate.add(one.operations_per_second, whose);
            depth.add(one.queue_depth, whose);
            waits.add(one.waits - one.queue_depth, whose);
            waited.add(one.waited_seconds, whose);
        }
        return list{
            std::move(keys),
            std::move(bytes),
            std::move(owned),
            std::move(rate),
            std::move(depth),
            std::move(waits),
            std::move(waited)}
            .take();
    }

    cluster::cluster& store_;
    std::size_t memory_limit_;
};

class journal_collector final : public prometheus::Collectable {
public:
    explicit journal_collector(const std::optional<journaling>& journal) noexcept
        : journal_(journal) {}

    /// Nothing where there is none.
    families Collect() const override {
        const auto all = journal_ ? journal_->counted() : std::nullopt;
        if (!all) return {};
        families made = of_journal(all->journal);
        for (auto& each : of_checkpoints(all->checkpoints)) made.push_back(std::move(each));
        return made;
    }

private:
    static families of_journal(const persist::journal::figures& all) {
        auto transactions = family::of_counters(
            "memstore_journal_transactions_total",
            "Transactions that were appended to the journal."
        );
        auto batches = family::of_counters(
            "memstore_journal_batches_total",
            "Batches of them that were written."
        );
        auto bytes = family::of_counters(
            "memstore_journal_written_bytes_total",
            "Bytes that were written to the journal."
        );
        auto syncs = family::of_durations(
            "memstore_journal_sync_duration_seconds",
            "How long syncs of the journal took."
        );
        auto failures = family::of_counters(
            "memstore_journal_failures_total",
            "Writes and syncs of the journal that failed."
        );
        auto degraded = family::of_gauges(
            "memstore_journal_degraded",
            "1 while the journal cannot be written, so that the store can only be read, else 0."
        );
        transactions.add(all.transactions);
        batches.add(all.batches);
        bytes.add(all.bytes);
        syncs.add(all.syncs);
        failures.add(all.failures);
        degraded.add(all.writable ? 0 : 1);
        return list{
            std::move(transactions),
            std::move(batches),
            std::move(bytes),
            std::move(syncs),
            std::move(failures),
            std::move(degraded)}
            .take();
    }

    /// What the last one was is left out until there is one.
    static families of_checkpoints(const checkpoint_figures& all) {
        auto written = family::of_counters(
            "memstore_checkpoints_total",
            "Checkpoints that were written since the start."
        );
        auto failed = family::of_counters(
            "memstore_checkpoint_failures_total",
            "Checkpoints that could not be written."
        );
        written.add(all.written);
        failed.add(all.failed);
        families made = list{std::move(written), std::move(failed)}.take();
        if (!all.last) return made;
        const auto add = [&made](const char* name, const char* help, double value) {
            made.push_back(std::move(family::of_gauges(name, help).add(value)).take());
        };
        const auto& [holds, taken] = *all.last;
        add("memstore_checkpoint_last_timestamp_seconds",
            "When the last checkpoint was done, in seconds since the Unix epoch.",
            seconds{all.last_at.time_since_epoch()}.count());
        add("memstore_checkpoint_last_duration_seconds", "How long it took.", seconds{taken}.count()
        );
        add("memstore_checkpoint_last_version",
            "The commit version that it is of.",
            static_cast<double>(holds.version));
        add("memstore_checkpoint_last_bytes", "Its bytes.", static_cast<double>(holds.bytes));
        add("memstore_checkpoint_last_keys", "Its keys.", static_cast<double>(holds.entries));
        return made;
    }

    const std::optional<journaling>& journal_;
};

/// Under the names that Prometheus's own clients have for them.
class process_collector final : public prometheus::Collectable {
public:
    families Collect() const override {
        auto build = family::of_gauges("memstore_build_info", "1, with what was built.");
        build.add(1, {{"version", version()}, {"compiler", __VERSION__}});
        families made = list{std::move(build)}.take();
        const auto found = metrics::figures_of_process();
        if (!found) return made;
        const auto add = [&made](family made_here, auto value) {
            made_here.add(value);
            made.push_back(std::move(made_here).take());
        };
        add(family::of_counters(
                "process_cpu_seconds_total",
                "CPU time of all threads, in user mode and in the kernel."
            ),
            found->cpu_seconds);
        add(family::of_gauges("process_resident_memory_bytes", "Memory that is resident."),
            found->resident_bytes);
        add(family::of_gauges("process_virtual_memory_bytes", "Memory that is mapped."),
            found->virtual_bytes);
        add(family::of_gauges("process_threads", "Threads."), found->threads);
        add(family::of_gauges("process_open_fds", "File descriptors that are open."),
            found->open_files);
        add(family::of_gauges("process_max_fds", "File descriptors that may be open."),
            found->open_files_max);
        add(family::of_gauges(
                "process_start_time_seconds",
                "When the process started, in seconds since the Unix epoch."
            ),
            found->started);
        return made;
    }
};

}  // namespace

std::vector<std::unique_ptr<prometheus::Collectable>> make_collectors(const measured& what) {
    std::vector<std::unique_ptr<prometheus::Collectable>> all;
    all.push_back(std::make_unique<http_collector>(what.server));
    all.push_back(std::make_unique<transaction_collector>(what.transactions));
    all.push_back(std::make_unique<store_collector>(what.store, what.memory_limit));
    all.push_back(std::make_unique<journal_collector>(what.journal));
    all.push_back(std::make_unique<process_collector>());
    return all;
}

}  // namespace memstore::app
