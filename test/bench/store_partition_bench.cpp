// One partition alone, of as many keys as it has when the store has 100 K, 1 M and 10 M.
#include "base/clock.hpp"
#include "base/hash.hpp"
#include "bench/workload.hpp"
#include "store/epoch.hpp"
#include "store/node_memory.hpp"
#include "store/partition.hpp"

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <vector>

using namespace memstore;

namespace {

/// A partition, and what a node does around it.
class fixture {
public:
    explicit fixture(std::size_t keys) : keys_(bench::shuffled(keys)) {
        for (std::size_t i = 0; i < keys; ++i) put();
    }

    bool find() {
        const store::epoch_domain::pin reading{epochs_};
        return subject_.find(next(), subject_.published()) != nullptr;
    }

    void put() { commit({.key = next(), .value = bench::value()}); }
    void erase() { commit({.key = next(), .value = {}, .erased = true}); }

    std::size_t keys() const noexcept { return keys_.size(); }

private:
    store::located_key next() noexcept {
        if (++at_ == keys_.size()) at_ = 0;
        const std::string_view key = keys_[at_].text();
        return {key, hash_of_(key), 0};
    }

    void commit(const store::write& what) {
        const store::epoch_domain::pin writing{epochs_};
        const std::uint64_t version = ++version_;
        subject_.begin_commit();
        subject_.set_commit_version(version);
        subject_.apply(what, version);
        subject_.publish();
        memory_.retired.seal();
        subject_.reclaim(16);
    }

    std::vector<bench::key> keys_;
    std::size_t at_ = 0;
    std::uint64_t version_ = 0;
    base::key_hasher hash_of_{{}};
    store::epoch_domain epochs_;
    store::node_memory memory_{epochs_};
    store::partition subject_{memory_};
};

void partition_find(benchmark::State& state) {
    fixture partition{static_cast<std::size_t>(state.range(0))};
    bool all = true;
    for ([[maybe_unused]] auto _ : state) all &= partition.find();
    if (!all) state.SkipWithError("a key was not there");
}

void partition_replace(benchmark::State& state) {
    fixture partition{static_cast<std::size_t>(state.range(0))};
    for ([[maybe_unused]] auto _ : state) partition.put();
}

/// All keys go, then come again: a time for both of one key.
void partition_erase_and_insert(benchmark::State& state) {
    fixture partition{static_cast<std::size_t>(state.range(0))};
    while (state.KeepRunningBatch(static_cast<benchmark::IterationCount>(partition.keys()))) {
        for (std::size_t i = 0; i < partition.keys(); ++i) partition.erase();
        for (std::size_t i = 0; i < partition.keys(); ++i) partition.put();
    }
}

}  // namespace

BENCHMARK(partition_find)->ArgName("keys")->Arg(370)->Arg(3'700)->Arg(37'000);
BENCHMARK(partition_replace)->ArgName("keys")->Arg(370)->Arg(3'700)->Arg(37'000);
BENCHMARK(partition_erase_and_insert)->ArgName("keys")->Arg(370)->Arg(3'700);
