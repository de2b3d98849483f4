// What the journal and the checkpoint cost: encoding, writing, syncing, reading back. The files are
// in the system's temporary directory, so on its disk.
#include "async/system_clock.hpp"
#include "base/checksum.hpp"
#include "fs/posix_file_system.hpp"
#include "persist/batch.hpp"
#include "persist/checkpoint.hpp"
#include "persist/journal_writer.hpp"
#include "persist/recovery.hpp"
#include "support/temporary_directory.hpp"

#include <benchmark/benchmark.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

using namespace memstore;

namespace {

constexpr std::size_t keys = 1'000'000;
constexpr std::size_t transactions_each = 64;  // as many as clients that share a sync
const std::string value(32, 'v');

std::string key_of(std::size_t i) {
    std::string digits = std::to_string(i);
    return "key:" + std::string(12 - digits.size(), '0') + digits;
}

/// Takes in what is recovered, and does nothing with it.
class counting_applier final : public persist::applier {
public:
    void load(std::span<const persist::checkpoint_entry> entries) override {
        benchmark::DoNotOptimize(entries.data());
    }
    void forget() override {}
    void apply(const persist::transaction& committed) override {
        benchmark::DoNotOptimize(committed.effects.data());
    }
};

struct directory_of_its_own {
    test::temporary_directory parent;
    fs::posix_file_system files;
    async::system_clock clock;
    persist::data_directory directory{files, parent.path};

    persist::journal_writer writer(std::uint64_t prepared_bytes) {
        return {directory, {.prepared_bytes = prepared_bytes}, {}, [] { return 1; }, clock};
    }
};

void fill(persist::batch& entry, std::size_t from) {
    for (std::size_t i = from; i < from + transactions_each; ++i) {
        const std::string key = key_of(i % keys);
        const std::array effects{persist::effect{.key = key, .value = value}};
        entry.add(i + 1, effects);
    }
}

void checksum(benchmark::State& state) {
    const std::string bytes(static_cast<std::size_t>(state.range(0)), 'x');
    for (auto _ : state) benchmark::DoNotOptimize(base::crc32c(bytes));
    state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(checksum)->Arg(64)->Arg(8192);

/// A transaction of one SET into a batch: what the commit's critical section pays.
void add_transaction(benchmark::State& state) {
    const std::string key = key_of(7);
    const std::array effects{persist::effect{.key = key, .value = value}};
    persist::batch entry;
    for (auto _ : state) {
        entry.add(7, effects);
        if (entry.transactions() == 1000) entry.clear();
    }
}
BENCHMARK(add_transaction);

/// A batch of 64 SETs appended and synced; the argument: zeros written ahead.
void append_and_sync(benchmark::State& state) {
    directory_of_its_own in;
    auto journal = in.writer(static_cast<std::uint64_t>(state.range(0)));
    persist::batch entry;
    std::size_t from = 0;
    for (auto _ : state) {
        entry.clear();
        fill(entry, from += transactions_each);
        journal.append(entry).value();
        journal.sync().value();
    }
    state.counters["bytes"] = static_cast<double>(entry.bytes());
}
BENCHMARK(append_and_sync)->Arg(0)->Arg(1 << 20)->Iterations(1000)->UseRealTime();

void append(benchmark::State& state) {
    directory_of_its_own in;
    auto journal = in.writer(static_cast<std::uint64_t>(state.range(0)));
    persist::batch entry;
    fill(entry, 0);
    for (auto _ : state) journal.append(entry).value();
    state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(entry.bytes()));
}
BENCHMARK(append)->Arg(0)->Arg(1 << 20)->Iterations(20'000)->UseRealTime();

/// A million keys from a journal, without a store to put them into.
void replay(benchmark::State& state) {
    directory_of_its_own in;
    auto journal = in.writer(0);
    persist::batch entry;
    for (std::size_t i = 0; i < keys; i += transactions_each) {
        entry.clear();
        fill(entry, i);
        journal.append(entry).value();
    }
    journal.sync().value();
    counting_applier applied;
    std::uint64_t effects = 0;
    for (auto _ : state) effects += persist::recover(in.directory, applied)->effects;
    state.SetItemsProcessed(static_cast<std::int64_t>(effects));
}
BENCHMARK(replay)->Unit(benchmark::kMillisecond)->UseRealTime();

/// The same from a checkpoint in 8 parts; the argument: threads.
void load_checkpoint(benchmark::State& state) {
    directory_of_its_own in;
    persist::checkpoint_writer checkpoint{in.directory, {.sequence = 1}};
    std::vector<persist::part_summary> parts;
    for (std::size_t part = 0; part < 8; ++part) {
        const auto writer = *checkpoint.begin_part();
        for (std::size_t i = part; i < keys; i += 8) {
            writer->add({.key = key_of(i), .value = value, .version = i + 1}).value();
        }
        parts.push_back(writer->finish().value());
    }
    checkpoint.commit(parts).value();
    counting_applier applied;
    std::uint64_t entries = 0;
    const persist::recovery_settings settings{.threads = static_cast<unsigned>(state.range(0))};
    for (auto _ : state) entries += persist::recover(in.directory, applied, settings)->loaded;
    state.SetItemsProcessed(static_cast<std::int64_t>(entries));
}
BENCHMARK(load_checkpoint)->Arg(1)->Arg(2)->Unit(benchmark::kMillisecond)->UseRealTime();

void write_checkpoint(benchmark::State& state) {
    directory_of_its_own in;
    std::uint64_t sequence = 0;
    for (auto _ : state) {
        persist::checkpoint_writer checkpoint{in.directory, {.sequence = ++sequence}};
        const auto part = *checkpoint.begin_part();
        for (std::size_t i = 0; i < keys; ++i) {
            part->add({.key = key_of(i), .value = value, .version = i + 1}).value();
        }
        checkpoint.commit({part->finish().value()}).value();
        in.directory.remove_before(sequence).value();
    }
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(keys));
}
BENCHMARK(write_checkpoint)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
