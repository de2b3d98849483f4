// Two SETs on different nodes in one transaction, by one thread and by two.
#include "bench/engine.hpp"
#include "bench/workload.hpp"

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

using namespace memstore;

namespace {

constexpr std::size_t draws = std::size_t{1} << 17;

/// The store of the benchmark under way: its first thread makes it, and its last use is before the
/// next begins.
std::unique_ptr<bench::engine> store;

void fill(const benchmark::State& state) {
    store = std::make_unique<bench::engine>();
    store->fill(static_cast<std::size_t>(state.range(0)));
}

void drop(const benchmark::State&) { store.reset(); }

/// Pairs of random keys, one behind the other, that `fits` allows.
template <class Fits>
std::vector<bench::key> pairs(std::size_t keys, int thread, Fits fits) {
    const auto seed = static_cast<std::uint64_t>(thread) + 1;
    const auto drawn = bench::draw(bench::distribution::uniform, 2 * draws, keys, seed);
    std::vector<bench::key> found;
    for (std::size_t i = 0; i < drawn.size(); i += 2) {
        if (!fits(store->owner_of(drawn[i]), store->owner_of(drawn[i + 1]))) continue;
        found.insert(found.end(), {drawn[i], drawn[i + 1]});
    }
    return found;
}

void transfer(benchmark::State& state, const std::vector<bench::key>& keys) {
    if (keys.empty()) return state.SkipWithError("no two of these keys are on different nodes");
    bench::rotation transactions{"set", 2, keys};
    bench::run(state, *store, transactions);
}

/// Between any two nodes, so that two threads meet at nodes, and the more often the fewer the keys
/// at keys.
void transfer_any(benchmark::State& state) {
    const auto differ = [](auto from, auto to) { return from != to; };
    transfer(state, pairs(static_cast<std::size_t>(state.range(0)), state.thread_index(), differ));
}

/// Each thread between two nodes of its own.
void transfer_apart(benchmark::State& state) {
    const auto own = [first = 2 * state.thread_index()](auto from, auto to) {
        return from == first && to == first + 1;
    };
    transfer(state, pairs(static_cast<std::size_t>(state.range(0)), state.thread_index(), own));
}

}  // namespace

BENCHMARK(transfer_any)
    ->ArgName("keys")
    ->Arg(10)
    ->Arg(100'000)
    ->Threads(1)
    ->Threads(2)
    ->Setup(fill)
    ->Teardown(drop);
BENCHMARK(transfer_apart)
    ->ArgName("keys")
    ->Arg(100'000)
    ->Threads(1)
    ->Threads(2)
    ->Setup(fill)
    ->Teardown(drop);
