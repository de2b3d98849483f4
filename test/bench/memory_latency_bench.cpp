// What a cache miss costs on this machine: the scale that all figures of the store are to be read
// by.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <random>
#include <vector>

namespace {

struct alignas(64) line {
    std::uint32_t next = 0;
};

/// Cache lines in one random circle: where the next one is, only this one tells.
std::vector<line> random_circle(std::size_t bytes) {
    std::vector<std::uint32_t> order(bytes / sizeof(line));
    std::iota(order.begin(), order.end(), 0);
    std::shuffle(order.begin(), order.end(), std::mt19937_64{1});
    std::vector<line> circle(order.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        circle[order[i]].next = order[(i + 1) % order.size()];
    }
    return circle;
}

void dependent_load(benchmark::State& state) {
    const auto circle = random_circle(static_cast<std::size_t>(state.range(0)) << 20);
    std::uint32_t at = 0;
    for ([[maybe_unused]] auto _ : state) at = circle[at].next;
    benchmark::DoNotOptimize(at);
}

}  // namespace

BENCHMARK(dependent_load)->ArgName("MiB")->Arg(1)->Arg(8)->Arg(32)->Arg(128);
