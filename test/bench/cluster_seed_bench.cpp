// The four benchmarks that came with the seed: GET and SET, of one key always and of different
// ones, by the number of commands a transaction.
#include "bench/engine.hpp"
#include "bench/workload.hpp"

#include <benchmark/benchmark.h>

#include <cstddef>
#include <vector>

using namespace memstore;

namespace {

constexpr std::size_t keys = 10'000;  // as many as the largest transaction has commands

void same_data(benchmark::State& state, const char* command) {
    bench::engine store;
    store.fill(1);
    const std::vector<bench::key> always{bench::key{0}};
    bench::rotation transactions{command, static_cast<std::size_t>(state.range(0)), always};
    bench::run(state, store, transactions);
}

void various_data(benchmark::State& state, const char* command) {
    bench::engine store;
    store.fill(keys);
    const std::vector<bench::key> all = bench::shuffled(keys);
    bench::rotation transactions{command, static_cast<std::size_t>(state.range(0)), all};
    bench::run(state, store, transactions);
}

void sizes(benchmark::internal::Benchmark* of) {
    of->ArgName("commands")->RangeMultiplier(10)->Range(1, 10'000);
}

}  // namespace

BENCHMARK_CAPTURE(same_data, get, "get")->Apply(sizes);
BENCHMARK_CAPTURE(same_data, set, "set")->Apply(sizes);
BENCHMARK_CAPTURE(various_data, get, "get")->Apply(sizes);
BENCHMARK_CAPTURE(various_data, set, "set")->Apply(sizes);
