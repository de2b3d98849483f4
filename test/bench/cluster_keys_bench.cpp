// GET and SET over many keys, alone and in larger transactions, by one thread and by two.
#include "bench/engine.hpp"
#include "bench/workload.hpp"

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <span>
#include <tuple>
#include <vector>

using namespace memstore;

namespace {

using bench::distribution;

/// What is made for the first that asks and kept for the others: making it takes longer than
/// measuring.
template <class Key, class Made>
class kept {
public:
    template <class Make>
    const std::shared_ptr<Made>& get(const Key& which, Make make) {
        const std::lock_guard lock{mutex_};
        auto& one = made_[which];
        if (one == nullptr) one = make();
        return one;
    }

private:
    std::mutex mutex_;
    std::map<Key, std::shared_ptr<Made>> made_;
};

bench::engine& filled(std::size_t keys) {
    static kept<std::size_t, bench::engine> stores;
    return *stores.get(keys, [keys] {
        auto store = std::make_shared<bench::engine>();
        store->fill(keys);
        return store;
    });
}

/// Enough draws that most keys are met; of its own for each thread.
std::span<const bench::key> drawn(distribution how, std::size_t keys, int thread) {
    static kept<std::tuple<distribution, std::size_t, int>, const std::vector<bench::key>>
        sequences;
    return *sequences.get({how, keys, thread}, [=] {
        const auto seed = static_cast<std::uint64_t>(thread) + 1;
        return std::make_shared<const std::vector<bench::key>>(
            bench::draw(how, 2 * keys, keys, seed)
        );
    });
}

void over_keys(benchmark::State& state, const char* command, distribution how) {
    const auto keys = static_cast<std::size_t>(state.range(0));
    bench::engine& store = filled(keys);
    const auto sequence = drawn(how, keys, state.thread_index());
    bench::rotation transactions{command, static_cast<std::size_t>(state.range(1)), sequence};
    bench::run(state, store, transactions);
}

/// Keys that were not there, into a store that grows from nothing.
void insert(benchmark::State& state) {
    bench::engine store;
    const auto keys = bench::shuffled(static_cast<std::size_t>(state.range(0)));
    bench::rotation transactions{"set", 1, keys};
    bench::run_cold(state, store, transactions);
}

void sizes(benchmark::internal::Benchmark* of) {
    of->ArgNames({"keys", "commands"})->ArgsProduct({{100'000, 1'000'000}, {1, 16, 32}});
    of->Threads(1)->Threads(2);
}

template <std::size_t Keys>
void growing(benchmark::internal::Benchmark* of) {
    of->ArgName("keys")->Arg(Keys)->Iterations(Keys);
}

}  // namespace

BENCHMARK_CAPTURE(over_keys, get_uniform, "get", distribution::uniform)->Apply(sizes);
BENCHMARK_CAPTURE(over_keys, get_zipf, "get", distribution::zipf)->Apply(sizes);
BENCHMARK_CAPTURE(over_keys, set_uniform, "set", distribution::uniform)->Apply(sizes);
BENCHMARK_CAPTURE(over_keys, set_zipf, "set", distribution::zipf)->Apply(sizes);
BENCHMARK(insert)->Apply(growing<100'000>);
BENCHMARK(insert)->Apply(growing<1'000'000>);
