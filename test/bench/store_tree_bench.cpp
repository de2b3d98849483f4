// One tree alone, of as many keys as a partition has when the store has 100 K, 1 M and 10 M.
#include "base/clock.hpp"
#include "bench/workload.hpp"
#include "store/epoch.hpp"
#include "store/node_memory.hpp"
#include "store/revision.hpp"
#include "store/tree.hpp"

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

using namespace memstore;

namespace {

/// A tree, and what a partition does around it.
class fixture {
public:
    explicit fixture(std::size_t keys) : keys_(bench::shuffled(keys)) {
        for (const bench::key& each : keys_) {
            records_.push_back(make_record(each.text()));
            subject_.insert(*records_.back(), memory_);
        }
        subject_.publish();
    }
    ~fixture() { subject_.clear(memory_); }
    fixture(const fixture&) = delete;
    fixture& operator=(const fixture&) = delete;

    /// Finds a key, as a scan that begins at it does.
    bool seek() {
        const std::string_view wanted = keys_[next()].text();
        bool found = false;
        subject_.root().visit(wanted, [&](const store::key_record& first) {
            found = first.key() == wanted;
            return false;
        });
        return found;
    }

    /// Removes a key and adds it again, each a commit of its own.
    void erase_and_insert() {
        const store::key_record& record = *records_[next()];
        subject_.erase(record, memory_);
        commit();
        subject_.insert(record, memory_);
        commit();
    }

private:
    std::size_t next() noexcept { return at_ = at_ + 1 < keys_.size() ? at_ + 1 : 0; }

    const store::key_record* make_record(std::string_view key) {
        const auto* const first =
            store::revision::make(memory_.blocks, bench::value(), base::never, 1, nullptr);
        return store::key_record::make(memory_.blocks, key, 0, first);
    }

    void commit() {
        subject_.publish();
        memory_.retired.seal();
    }

    std::vector<bench::key> keys_;
    std::vector<const store::key_record*> records_;
    std::size_t at_ = 0;
    store::epoch_domain epochs_;
    store::node_memory memory_{epochs_};
    store::tree subject_;
};

void tree_seek(benchmark::State& state) {
    fixture tree{static_cast<std::size_t>(state.range(0))};
    bool all = true;
    for ([[maybe_unused]] auto _ : state) all &= tree.seek();
    if (!all) state.SkipWithError("a key was not there");
}

void tree_erase_and_insert(benchmark::State& state) {
    fixture tree{static_cast<std::size_t>(state.range(0))};
    for ([[maybe_unused]] auto _ : state) tree.erase_and_insert();
}

}  // namespace

BENCHMARK(tree_seek)->ArgName("keys")->Arg(370)->Arg(3'700)->Arg(37'000);
BENCHMARK(tree_erase_and_insert)->ArgName("keys")->Arg(370)->Arg(3'700)->Arg(37'000);
