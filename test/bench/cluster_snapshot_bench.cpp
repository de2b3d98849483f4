// What a held snapshot costs: those who write while it is held, whoever takes one, and a walk
// through all of it.
#include "bench/engine.hpp"
#include "bench/workload.hpp"
#include "service/snapshot_service.hpp"
#include "support/snapshots.hpp"

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

using namespace memstore;

namespace {

/// Lone SETs of keys that are there. @param held  so many snapshots, one every 10 000 SETs, the
/// oldest of which makes room: so what is first overwritten after one is measured with what is
/// overwritten again. 0: none
void set_beside_snapshots(benchmark::State& state) {
    constexpr std::size_t sets_between = 10'000;
    const auto keys = static_cast<std::size_t>(state.range(0));
    const auto most = static_cast<std::size_t>(state.range(1));
    bench::engine store;
    store.fill(keys);
    bench::client session{store};
    const auto drawn = bench::draw(bench::distribution::uniform, 1'000'000, keys, 1);
    bench::rotation sets{"set", 1, drawn};
    std::vector<std::unique_ptr<service::snapshot>> held;
    std::size_t done = 0;
    for ([[maybe_unused]] auto _ : state) {
        session.execute(sets.next());
        if (++done % sets_between != 0) continue;
        store.tidy();
        if (most == 0) continue;
        if (held.size() == most) held.erase(held.begin());
        held.push_back(test::take_snapshot(store.snapshots()));
    }
}

void take_and_let_go(benchmark::State& state) {
    bench::engine store;
    store.fill(static_cast<std::size_t>(state.range(0)));
    for ([[maybe_unused]] auto _ : state) test::take_snapshot(store.snapshots());
}

class counter final : public service::snapshot_visitor {
public:
    void visit(const service::snapshot_entry& next) override {
        ++keys;
        bytes += next.key.size() + next.value.size();
    }
    std::size_t keys = 0;
    std::size_t bytes = 0;
};

/// Per key, in steps of so many.
void walk(benchmark::State& state, bool by_parts) {
    bench::engine store;
    const auto keys = static_cast<std::size_t>(state.range(0));
    const service::snapshot_bounds most{static_cast<std::size_t>(state.range(1)), 1'000'000};
    store.fill(keys);
    const auto all = test::take_snapshot(store.snapshots());
    counter seen;
    const auto read = [&](service::snapshot_scan& from) {
        while (from.next(seen, most)) {
        }
    };
    for ([[maybe_unused]] auto _ : state) {
        if (!by_parts) read(*all->scan(""));
        for (std::size_t part = 0; by_parts && part < all->parts(); ++part) {
            read(*all->scan_part(part));
        }
    }
    benchmark::DoNotOptimize(seen.bytes);
    using benchmark::Counter;
    state.counters["per_key"] =
        Counter(static_cast<double>(seen.keys), Counter::kIsRate | Counter::kInvert);
}

}  // namespace

BENCHMARK(set_beside_snapshots)
    ->ArgNames({"keys", "held"})
    ->ArgsProduct({{100'000, 1'000'000}, {0, 1, 8}});
BENCHMARK(take_and_let_go)->ArgName("keys")->Arg(100'000);
BENCHMARK_CAPTURE(walk, in_order, false)
    ->ArgNames({"keys", "step"})
    ->ArgsProduct({{1'000'000}, {100, 1'000, 10'000}})
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(walk, by_parts, true)
    ->ArgNames({"keys", "step"})
    ->ArgsProduct({{1'000'000}, {1'000}})
    ->Unit(benchmark::kMillisecond);
