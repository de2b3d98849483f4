#pragma once

#include "base/clock.hpp"
#include "cluster/cluster.hpp"
#include "fs/posix_file_system.hpp"
#include "persist/journal.hpp"
#include "persist/recovery.hpp"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <stop_token>
#include <thread>

namespace memstore::test {

/// A journal in a directory, on a thread of its own: a cluster begins with what it holds and
/// commits to it.
class journaled {
public:
    journaled(
        cluster::cluster& store,
        const std::filesystem::path& where,
        const base::clock& time,
        persist::sync_policy policy = persist::sync_policy::always
    )
        : directory(files_, where), held_(directory.take().value()) {
        persist::recovered found;
        store.restore([&](persist::applier& into) {
            found = persist::recover(directory, into, {.threads = 4}).value();
            return found.last_version;
        });
        journal.emplace(
            persist::journal_writer{
                directory,
                {.segment_bytes = 100'000},
                found.end,
                [this] { return ++salt_; },
                time},
            persist::journal::settings{.sync = policy},
            std::max(found.last_version, cluster::commit_clock::first),
            persist::journal::listeners{
                .durable = [&store](std::uint64_t version) { store.show(version); },
                .changed = [](const auto&) {}}
        );
        store.append_to(*journal);
        writing_ = std::jthread{[this](const std::stop_token& stop) { journal->run(stop); }};
    }

private:
    fs::posix_file_system files_;
    std::uint64_t salt_ = 0;

public:
    persist::data_directory directory;
    std::optional<persist::journal> journal;

private:
    std::unique_ptr<fs::file_lock> held_;
    std::jthread writing_;
};

}  // namespace memstore::test
