// One tree alone, of as many keys as a partition has when the store has 100 K, 1 M and 10 M.
#include "base/clock.hpp"
#include "bench/workload.hpp"
#include "store/epoch.hpp"
#include "store/record.hpp"
#include "store/tree.hpp"

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <vector>

using namespace memstore;

namespace {

/// A tree, and what a partition does around it.
class fixture {
public:
    explicit fixture(std::size_t keys) : keys_(bench::shuffled(keys)) {
        for (std::size_t i = 0; i < keys; ++i) put();
    }

    bool find() { return subject_.root().find(next()) != nullptr; }

    void put() {
        const std::uint64_t version = ++version_;
        subject_.put(
            store::make_record(next(), bench::value(), base::never, version),
            version,
            retired_
        );
        retired_.seal();
    }

private:
    std::string_view next() noexcept {
        if (++at_ == keys_.size()) at_ = 0;
        return keys_[at_].text();
    }

    std::vector<bench::key> keys_;
    std::size_t at_ = 0;
    std::uint64_t version_ = 0;
    store::epoch_domain epochs_;
    store::limbo retired_{epochs_};
    store::tree subject_;
};

void tree_find(benchmark::State& state) {
    fixture tree{static_cast<std::size_t>(state.range(0))};
    bool all = true;
    for ([[maybe_unused]] auto _ : state) all &= tree.find();
    if (!all) state.SkipWithError("a key was not there");
}

void tree_replace(benchmark::State& state) {
    fixture tree{static_cast<std::size_t>(state.range(0))};
    for ([[maybe_unused]] auto _ : state) tree.put();
}

}  // namespace

BENCHMARK(tree_find)->ArgName("keys")->Arg(370)->Arg(3'700)->Arg(37'000);
BENCHMARK(tree_replace)->ArgName("keys")->Arg(370)->Arg(3'700)->Arg(37'000);
