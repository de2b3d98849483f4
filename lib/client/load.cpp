#include "client/load.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <optional>
#include <random>
#include <thread>

namespace memstore::client {
namespace {

namespace asio = boost::asio;
using steady = std::chrono::steady_clock;

/// After a failure, so that a server that is gone is not asked as fast as it can be.
constexpr std::chrono::milliseconds pause_after_failure{100};

/// How long a connection with nothing to send takes to see that it is to stop.
constexpr std::chrono::milliseconds stop_is_seen_after{50};

std::string key_of(std::uint64_t number) { return load_prefix + std::to_string(number); }

/// Makes the bytes of one request after the other.
class request_maker {
public:
    request_maker(const load_plan& plan, const access& how, std::uint64_t seed)
        : plan_(plan), how_(how), random_(seed), value_(plan.value_bytes, 'x') {}

    void append_next(std::string& wire) {
        switch (plan_.kind) {
        case load_kind::get: wire += get(); break;
        case load_kind::set: wire += set(); break;
        case load_kind::mixed: wire += random_() % 5 == 0 ? set() : get(); break;
        case load_kind::transaction: wire += transaction(); break;
        }
    }

private:
    std::string any_key() { return key_of(random_() % plan_.keys); }

    static std::string path_of(const std::string& key) {
        return "/v1/keys/" + percent_encoded(key);
    }

    std::string get() { return how_.wire_of({.target = path_of(any_key())}); }

    std::string set() {
        return how_.wire_of({.method = "PUT", .target = path_of(any_key()), .body = value_});
    }

    std::string transaction() {
        const auto counter = [this](std::string_view by) {
            return R"({"cmd_type":"incr","key":")" + any_key() + R"(/counter","by":)" +
                   std::string{by} + "}";
        };
        std::string body = R"({"commands":[)";
        for (unsigned at = 0; at < plan_.commands; at += 2) {
            body += (at == 0 ? "" : ",") + counter("-1") + "," + counter("1");
        }
        body += "]}";
        return how_.wire_of({.method = "POST", .target = "/v1/execute", .body = std::move(body)});
    }

    const load_plan& plan_;
    const access& how_;
    std::mt19937_64 random_;
    std::string value_;
};

}  // namespace

std::chrono::nanoseconds due_after(
    const load_plan& plan,
    std::size_t connection,
    std::uint64_t turn
) noexcept {
    const double number = static_cast<double>(connection) +
                          static_cast<double>(turn) * static_cast<double>(plan.connections);
    const std::chrono::duration<double> after{number * plan.pipeline / plan.rate};
    return std::chrono::duration_cast<std::chrono::nanoseconds>(after);
}

/// A thread and its connections.
struct load::worker {
    worker(const load_plan& plan, const access& how, steady::time_point began)
        : plan_(plan), how_(how), began_(began), end_(began + plan.duration) {}

    void begin(std::size_t first, std::size_t step) {
        for (std::size_t at = first; at < plan_.connections; at += step) {
            ++open_;
            asio::co_spawn(context_, run(at), asio::detached);
        }
        thread_ = std::jthread{[this] { context_.run(); }};
    }

    asio::awaitable<void> run(std::size_t number) {
        channel to{context_.get_executor(), how_};
        request_maker make{plan_, how_, plan_.seed + number};
        asio::steady_timer timer{context_};
        std::string wire;
        auto due = steady::now();
        for (std::uint64_t turn = 0;; ++turn) {
            if (plan_.rate > 0) due = began_ + due_after(plan_, number, turn);
            if (due >= end_ || steady::now() >= end_) {
                count_unsent(number, turn);
                break;
            }
            boost::system::error_code no;
            while (!stopped() && due > steady::now()) {
                timer.expires_at(std::min(due, steady::now() + stop_is_seen_after));
                co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, no));
            }
            if (stopped()) break;
            wire.clear();
            for (unsigned at = 0; at < plan_.pipeline; ++at) make.append_next(wire);
            const auto sent = steady::now();
            const auto refused = co_await to.exchange(wire, plan_.pipeline);
            const auto now = steady::now();
            if (refused) {
                take(now - due, *refused);
                if (turn > 0) take_service(now - sent, plan_.pipeline - *refused);
            } else {
                fail(refused.error());
                timer.expires_after(pause_after_failure);
                co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, no));
            }
            due = steady::now();
        }
        open_.fetch_sub(1, std::memory_order_release);
    }

    bool stopped() const noexcept { return stopped_.load(std::memory_order_relaxed); }

    void take(std::chrono::nanoseconds latency, unsigned refused) {
        for (unsigned at = 0; at < plan_.pipeline; ++at) figures_.latency.record(latency);
        figures_.requests += plan_.pipeline;
        figures_.refused += refused;
        answered_.store(figures_.requests, std::memory_order_relaxed);
    }

    void take_service(std::chrono::nanoseconds time, unsigned good) {
        for (unsigned at = 0; at < good; ++at) figures_.service.record(time);
    }

    void fail(const fault& why) {
        figures_.failed += plan_.pipeline;
        if (figures_.first_fault.empty()) figures_.first_fault = why.what;
    }

    void count_unsent(std::size_t number, std::uint64_t turn) {
        if (plan_.rate <= 0) return;
        for (; began_ + due_after(plan_, number, turn) < end_; ++turn) {
            figures_.unsent += plan_.pipeline;
        }
    }

    const load_plan plan_;
    const access& how_;
    const steady::time_point began_;
    const steady::time_point end_;
    asio::io_context context_{1};
    load_figures figures_;
    std::atomic<std::uint64_t> answered_ = 0;
    std::atomic<std::size_t> open_ = 0;
    std::atomic<bool> stopped_ = false;
    std::jthread thread_;
};

load::load(const load_plan& plan, const access& how) : began_(steady::now()) {
    for (std::size_t at = 0; at < plan.threads; ++at) {
        workers_.push_back(std::make_unique<worker>(plan, how, began_));
        workers_.back()->begin(at, plan.threads);
    }
}

load::~load() { stop(); }

void load::stop() noexcept {
    for (const auto& each : workers_) each->stopped_.store(true, std::memory_order_relaxed);
}

std::uint64_t load::answered() const noexcept {
    std::uint64_t all = 0;
    for (const auto& each : workers_) all += each->answered_.load(std::memory_order_relaxed);
    return all;
}

bool load::done() const noexcept {
    return std::all_of(workers_.begin(), workers_.end(), [](const auto& each) {
        return each->open_.load(std::memory_order_acquire) == 0;
    });
}

std::unique_ptr<load_figures> load::finish() {
    for (const auto& each : workers_) each->thread_.join();
    auto all = std::make_unique<load_figures>();
    all->taken = steady::now() - began_;
    for (const auto& each : workers_) {
        const load_figures& one = each->figures_;
        all->latency.add(one.latency);
        all->service.add(one.service);
        all->requests += one.requests;
        all->refused += one.refused;
        all->failed += one.failed;
        all->unsent += one.unsent;
        if (all->first_fault.empty()) all->first_fault = one.first_fault;
    }
    return all;
}

}  // namespace memstore::client
