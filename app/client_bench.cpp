#include "app/client_bench.hpp"

#include "app/client_interrupt.hpp"
#include "app/client_progress.hpp"
#include "app/client_text.hpp"
#include "client/load.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <thread>

namespace memstore::app {
namespace {

namespace json = boost::json;
using client::load_kind;
using client::load_plan;
using namespace std::chrono_literals;

constexpr std::uint64_t value_bytes_max = std::uint64_t{16} * 1024 * 1024;
constexpr std::size_t import_bytes = std::size_t{2} * 1024 * 1024;
constexpr std::uint64_t threads_by_default = 4;
constexpr int status_of_signal = 128;  ///< and the signal's number, as shells have it

struct named_kind {
    std::string_view name;
    load_kind kind;
};

constexpr std::array<named_kind, 4> kinds{{
    {"get", load_kind::get},
    {"set", load_kind::set},
    {"mixed", load_kind::mixed},
    {"transaction", load_kind::transaction},
}};

std::string_view name_of(load_kind kind) {
    return std::find_if(
               kinds.begin(),
               kinds.end(),
               [kind](const auto& one) { return one.kind == kind; }
    )->name;
}

load_kind kind_in(std::string_view name) {
    for (const named_kind& one : kinds) {
        if (one.name == name) return one.kind;
    }
    throw client_failed{client_usage, "--load is get, set, mixed or transaction"};
}

load_plan plan_of(const client_session& session) {
    load_plan plan;
    plan.kind = kind_in(session.text("load").value_or("mixed"));
    plan.connections = session.number("connections", 1, 10'000).value_or(plan.connections);
    plan.duration = std::chrono::seconds{session.number("seconds", 1, 86'400).value_or(10)};
    plan.rate = static_cast<double>(session.number("rate", 1, 10'000'000).value_or(0));
    plan.keys = session.number("keys", 1, 100'000'000).value_or(plan.keys);
    plan.value_bytes = session.size("value-size", value_bytes_max).value_or(plan.value_bytes);
    plan.commands = static_cast<unsigned>(session.number("commands", 2, 10'000).value_or(2));
    if (plan.commands % 2 != 0) throw client_failed{client_usage, "--commands is an even number"};
    plan.pipeline = static_cast<unsigned>(session.number("pipeline", 1, 1'000).value_or(1));
    const std::uint64_t cores = std::max(std::thread::hardware_concurrency(), 1U);
    const auto threads = session.number("threads", 1, 256);
    plan.threads = threads.value_or(std::min(cores, threads_by_default));
    plan.threads = std::min(plan.threads, plan.connections);
    return plan;
}

void import_lines(client_session& session, std::string& lines) {
    session.ask_for({.method = "POST", .target = "/v1/import", .body = std::exchange(lines, {})});
}

/// Every key that may be asked for is there. It ends early where it is interrupted.
void write_keys(
    client_session& session,
    const load_plan& plan,
    client_progress& progress,
    const client_interrupt& interrupt
) {
    if (plan.kind == load_kind::transaction) return;
    const std::string value(plan.value_bytes, 'x');
    std::string lines;
    for (std::uint64_t at = 0; at < plan.keys && interrupt.signal() == 0; ++at) {
        lines.append(R"({"key":")").append(client::load_prefix).append(std::to_string(at));
        lines.append(R"(","value":")").append(value).append("\"}\n");
        if (lines.size() < import_bytes) continue;
        import_lines(session, lines);
        progress.show(at, plan.keys, "writing keys");
    }
    import_lines(session, lines);
}

client::request removal_of_keys() {
    return {
        .method = "POST",
        .target = "/v1/execute",
        .body = std::string{R"({"commands":[{"cmd_type":"delrange","prefix":")"} +
                client::load_prefix + R"("}]})"};
}

std::unique_ptr<client::load_figures> measure(
    client_session& session,
    const load_plan& plan,
    client_progress& progress,
    const client_interrupt& interrupt
) {
    client::load running{plan, session.client().way()};
    const auto began = std::chrono::steady_clock::now();
    while (!running.done()) {
        std::this_thread::sleep_for(20ms);
        if (interrupt.signal() != 0) running.stop();
        const auto passed = std::chrono::duration_cast<std::chrono::milliseconds>(
            std::chrono::steady_clock::now() - began
        );
        progress.show(
            static_cast<std::uint64_t>(passed.count()),
            static_cast<std::uint64_t>(plan.duration.count()),
            std::to_string(running.answered()) + " requests"
        );
    }
    auto figures = running.finish();
    progress.clear();
    return figures;
}

double milliseconds(std::chrono::nanoseconds time) {
    return static_cast<double>(time.count()) / 1e6;
}

double per_second(const client::load_figures& of) {
    return static_cast<double>(of.requests) * 1e9 / static_cast<double>(of.taken.count());
}

constexpr std::array<std::pair<std::string_view, double>, 4> quantiles{{
    {"p50", 0.5},
    {"p90", 0.9},
    {"p99", 0.99},
    {"p99.9", 0.999},
}};

std::string_view loop_of(const load_plan& plan) {
    return plan.rate > 0 ? "open: latency from when a request was due"
                         : "closed: a server that stands still is asked less, and looks better";
}

std::int64_t microseconds(std::chrono::nanoseconds time) {
    return std::chrono::round<std::chrono::microseconds>(time).count();
}

json::object json_of(const client::latency_histogram& seen) {
    json::object all{{"mean", microseconds(seen.mean())}};
    for (const auto& [name, part] : quantiles) all[name] = microseconds(seen.quantile(part));
    all["max"] = microseconds(seen.longest());
    return all;
}

std::string json_of(const load_plan& plan, const client::load_figures& found) {
    json::object all{
        {"load", name_of(plan.kind)},
        {"loop", plan.rate > 0 ? "open" : "closed"},
        {"connections", plan.connections},
        {"pipeline", plan.pipeline},
        {"duration_ms", microseconds(found.taken) / 1'000},
        {"requests", found.requests},
        {"requests_per_second", std::llround(per_second(found))},
        {"refused", found.refused},
        {"failed", found.failed},
        {"latency_us", json_of(found.latency)},
        {"service_us", json_of(found.service)}};
    if (plan.rate > 0) {
        all["rate"] = std::llround(plan.rate);
        all["unsent"] = found.unsent;
    }
    if (!found.first_fault.empty()) all["first_fault"] = line_text(found.first_fault);
    return json::serialize(all) + "\n";
}

std::string table_of(const load_plan& plan, const client::load_figures& found) {
    const auto line = [](std::string name, const std::string& value) {
        name.resize(12, ' ');
        return name + value + "\n";
    };
    std::string text = line(
        "load",
        std::string{name_of(plan.kind)} + ", " + std::to_string(plan.connections) +
            " connections, " + decimal_text(milliseconds(found.taken) / 1e3, 1) + " s"
    );
    text += line("loop", std::string{loop_of(plan)});
    text += line("requests", std::to_string(found.requests));
    text += line("requests/s", decimal_text(per_second(found), 0));
    text += line(
        "errors",
        std::to_string(found.refused) + " refused, " + std::to_string(found.failed) + " failed"
    );
    if (plan.rate > 0) text += line("unsent", std::to_string(found.unsent));
    if (!found.first_fault.empty()) text += line("first fault", line_text(found.first_fault));
    text += line("mean", decimal_text(milliseconds(found.latency.mean()), 3) + " ms");
    for (const auto& [name, part] : quantiles) {
        const double time = milliseconds(found.latency.quantile(part));
        text += line(std::string{name}, decimal_text(time, 3) + " ms");
    }
    return text + line("max", decimal_text(milliseconds(found.latency.longest()), 3) + " ms");
}

/// @return nothing where it was interrupted before there was anything to measure
std::unique_ptr<client::load_figures> write_and_measure(
    client_session& session,
    const load_plan& plan,
    const client_interrupt& interrupt
) {
    client_progress progress;
    write_keys(session, plan, progress, interrupt);
    if (interrupt.signal() != 0) return nullptr;
    auto found = measure(session, plan, progress, interrupt);
    if (interrupt.signal() != 0 && found->requests == 0) return nullptr;
    return found;
}

}  // namespace

int run_bench(client_session& session) {
    const load_plan plan = plan_of(session);
    const client_interrupt interrupt;
    std::unique_ptr<client::load_figures> found;
    try {
        found = write_and_measure(session, plan, interrupt);
    } catch (...) {
        session.client().ask(removal_of_keys());
        throw;
    }
    const auto removal = session.client().ask(removal_of_keys());
    if (!found) return status_of_signal + interrupt.signal();
    if (found->requests == 0) {
        throw client_failed{client_unreachable, line_text(found->first_fault)};
    }
    session.print(session.prints_json() ? json_of(plan, *found) : table_of(plan, *found));
    if (!removal) throw client_failed{client_unreachable, line_text(removal.error().what)};
    if (!removal->good()) throw refusal_of(*removal);
    if (found->failed > 0) return client_unreachable;
    return found->refused > 0 ? client_refused : client_done;
}

}  // namespace memstore::app
