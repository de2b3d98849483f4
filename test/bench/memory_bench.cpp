// What a key costs in memory: how the process grows while keys are set, one a transaction, and what
// the store accounts for.
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

/// What the process grew by, and what the store says of itself.
struct growth {
    double resident;
    double accounted;
};

growth growth_a_key(std::size_t keys) {
    const std::vector<bench::key> all = bench::shuffled(keys);
    bench::rotation sets{"set", 1, all};
    bench::engine store;
    bench::client session{store};
    const std::size_t before = resident_bytes();
    for (std::size_t i = 0; i < keys; ++i) session.execute(sets.next());
    const auto a_key = [&](std::size_t bytes) {
        return static_cast<double>(bytes) / static_cast<double>(keys);
    };
    return {a_key(resident_bytes() - before), a_key(store.memory_bytes())};
}

/// Asks a child, which begins without memory that an earlier measurement left behind.
growth growth_in_a_child(std::size_t keys) {
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error{"no pipe"};
    const pid_t child = ::fork();
    if (child < 0) throw std::runtime_error{"no process"};
    if (child == 0) {
        const growth found = growth_a_key(keys);
        const bool told = ::write(ends[1], &found, sizeof found) == sizeof found;
        ::_exit(told ? EXIT_SUCCESS : EXIT_FAILURE);
    }
    ::close(ends[1]);
    growth found{};
    const bool told = ::read(ends[0], &found, sizeof found) == sizeof found;
    ::close(ends[0]);
    ::waitpid(child, nullptr, 0);
    if (!told) throw std::runtime_error{"the child ended early"};
    return found;
}

void memory(benchmark::State& state) {
    growth found{};
    for ([[maybe_unused]] auto _ : state)
        found = growth_in_a_child(static_cast<std::size_t>(state.range(0)));
    state.counters["bytes_per_key"] = found.resident;
    state.counters["accounted_per_key"] = found.accounted;
}

}  // namespace

BENCHMARK(memory)->ArgName("keys")->Arg(100'000)->Arg(1'000'000)->Iterations(1)->Unit(
    benchmark::kMillisecond
);
