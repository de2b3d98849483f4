// Keys in order: the next few from anywhere among a million, as a transaction visits them. One
// partition is one tree, and shows what the merge of many costs.
#include "base/clock.hpp"
#include "bench/workload.hpp"
#include "store/keyspace.hpp"
#include "store/write_set.hpp"
#include "support/partitioned_store.hpp"

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <vector>

using namespace memstore;

namespace {

constexpr std::size_t keys = 1'000'000;

class stopped_clock final : public base::clock {
public:
    base::moment now() const noexcept override { return {}; }
};

/// Made once: the benchmarks only read.
const test::partitioned_store& filled(std::size_t partitions) {
    static std::map<std::size_t, std::unique_ptr<test::partitioned_store>> all;
    auto& made = all[partitions];
    if (made != nullptr) return *made;
    made = std::make_unique<test::partitioned_store>(partitions);
    std::vector<store::write> batch;
    const std::vector<bench::key> each = bench::shuffled(keys);
    for (std::size_t i = 0; i < keys; ++i) {
        batch.push_back({.key = made->at(each[i].text()), .value = bench::value()});
        if (batch.size() < 1'000) continue;
        made->commit(batch);
        batch.clear();
    }
    return *made;
}

void scan(benchmark::State& state, store::direction way) {
    const test::partitioned_store& stored = filled(static_cast<std::size_t>(state.range(0)));
    const auto most = static_cast<std::size_t>(state.range(1));
    const auto starts = bench::draw(bench::distribution::uniform, 100'000, keys, 1);
    const stopped_clock time;
    const store::snapshot now = stored.now();
    store::write_set none;
    std::size_t at = 0;
    std::size_t visited = 0;
    std::uint64_t versions = 0;
    for ([[maybe_unused]] auto _ : state) {
        at = at + 1 == starts.size() ? 0 : at + 1;
        store::keyspace subject{now, none, time, stored.hash_of};
        std::size_t left = most;
        const auto range = store::key_range{}.after(starts[at].text(), way);
        subject.visit(range, way, [&](const store::located_key&, const auto& there) {
            versions += there.version;
            return --left > 0;
        });
        visited += most - left;
    }
    benchmark::DoNotOptimize(versions);
    state.counters["keys"] =
        benchmark::Counter(static_cast<double>(visited), benchmark::Counter::kAvgIterations);
}

}  // namespace

BENCHMARK_CAPTURE(scan, forward, store::direction::forward)
    ->ArgNames({"partitions", "keys"})
    ->ArgsProduct({{1, 64, 271}, {1, 10, 100, 1'000, 1'000'000}});
BENCHMARK_CAPTURE(scan, reverse, store::direction::reverse)
    ->ArgNames({"partitions", "keys"})
    ->ArgsProduct({{1, 64, 271}, {100}});
