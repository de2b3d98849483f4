// What a key costs in memory: how the process grows while keys are set, one a transaction.
#include "bench/engine.hpp"
#include "bench/workload.hpp"

#include <benchmark/benchmark.h>
#include <sys/wait.h>

#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <unistd.h>
#include <vector>

using namespace memstore;

namespace {

std::size_t resident_bytes() {
    std::size_t whole = 0;
    std::size_t resident = 0;
    std::ifstream{"/proc/self/statm"} >> whole >> resident;
    return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

double growth_a_key(std::size_t keys) {
    const std::vector<bench::key> all = bench::shuffled(keys);
    bench::rotation sets{"set", 1, all};
    bench::engine store;
    bench::client session{store};
    const std::size_t before = resident_bytes();
    for (std::size_t i = 0; i < keys; ++i) session.execute(sets.next());
    return static_cast<double>(resident_bytes() - before) / static_cast<double>(keys);
}

/// Asks a child, which begins without memory that an earlier measurement left behind.
double growth_in_a_child(std::size_t keys) {
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error{"no pipe"};
    const pid_t child = ::fork();
    if (child < 0) throw std::runtime_error{"no process"};
    if (child == 0) {
        const double growth = growth_a_key(keys);
        const bool told = ::write(ends[1], &growth, sizeof growth) == sizeof growth;
        ::_exit(told ? EXIT_SUCCESS : EXIT_FAILURE);
    }
    ::close(ends[1]);
    double growth = 0;
    const bool told = ::read(ends[0], &growth, sizeof growth) == sizeof growth;
    ::close(ends[0]);
    ::waitpid(child, nullptr, 0);
    if (!told) throw std::runtime_error{"the child ended early"};
    return growth;
}

void memory(benchmark::State& state) {
    double growth = 0;
    for ([[maybe_unused]] auto _ : state)
        growth = growth_in_a_child(static_cast<std::size_t>(state.range(0)));
    state.counters["bytes_per_key"] = growth;
}

}  // namespace

BENCHMARK(memory)->ArgName("keys")->Arg(100'000)->Arg(1'000'000)->Iterations(1)->Unit(
    benchmark::kMillisecond
);
