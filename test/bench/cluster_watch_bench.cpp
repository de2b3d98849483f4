// SETs of one thread while others watch: what nobody writes, or every commit.
#include "bench/engine.hpp"
#include "bench/workload.hpp"

#include <benchmark/benchmark.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <thread>
#include <vector>

using namespace memstore;

namespace {

constexpr std::size_t keys = 10'000;

class no_waiter final : public service::watch::waiter {
public:
    void resume() noexcept override {}
};

/// Watches that wait all the time: their prefixes lie among the keys, and each is longer than they.
class idle_watches {
public:
    idle_watches(bench::engine& of, std::size_t count) {
        for (std::size_t i = 0; i < count; ++i) {
            const bench::key near{i * keys / count};
            watches_.push_back(of.watch(std::string{near.text()} + "/"));
            watches_.back()->wait(waiter_);
        }
    }

private:
    no_waiter waiter_;
    std::vector<std::unique_ptr<service::watch>> watches_;
};

/// Sees every commit as soon as it is told of some.
class busy_watch final : private service::watch::waiter, private service::commit_visitor {
public:
    explicit busy_watch(bench::engine& of) : watch_(of.watch("")) {
        thread_ = std::jthread{[this] { follow(); }};
    }
    ~busy_watch() {
        stopping_ = true;
        resume();
    }

    std::uint64_t seen() const { return seen_; }

private:
    void visit(const service::commit&) override { ++seen_; }
    void resume() noexcept override {
        resumed_ = true;
        resumed_.notify_one();
    }

    void follow() {
        while (!stopping_) {
            if (watch_->next(*this, std::size_t{64} * 1024).reached !=
                service::watch_progress::state::quiet) {
                continue;
            }
            resumed_ = false;
            if (!stopping_ && !watch_->wait(*this)) resumed_.wait(false);
        }
    }

    std::unique_ptr<service::watch> watch_;
    std::uint64_t seen_ = 0;
    std::atomic<bool> resumed_ = false;
    std::atomic<bool> stopping_ = false;
    std::jthread thread_;
};

void measure_sets(benchmark::State& state, bench::engine& store) {
    const std::jthread looking{
        [&store](const std::stop_token& stop) { store.run_posted_until(stop); }};
    const std::vector<bench::key> all = bench::shuffled(keys);
    bench::rotation transactions{"set", static_cast<std::size_t>(state.range(0)), all};
    bench::run(state, store, transactions);
}

void set_beside_idle_watches(benchmark::State& state) {
    bench::engine store;
    store.fill(keys);
    const idle_watches watches{store, static_cast<std::size_t>(state.range(1))};
    measure_sets(state, store);
}

void set_beside_a_busy_watch(benchmark::State& state) {
    bench::engine store;
    store.fill(keys);
    const busy_watch watch{store};
    measure_sets(state, store);
}

}  // namespace

BENCHMARK(set_beside_idle_watches)
    ->ArgNames({"commands", "watches"})
    ->ArgsProduct({{1, 16}, {0, 1, 1'000}});
BENCHMARK(set_beside_a_busy_watch)->ArgName("commands")->Arg(1)->Arg(16);
