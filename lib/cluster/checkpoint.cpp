#include "cluster/checkpoint.hpp"

#include "persist/checkpoint.hpp"

#include <algorithm>
#include <atomic>
#include <cassert>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace memstore::cluster {
namespace {

/// One step of a scan: nothing that was retired meanwhile can be freed.
constexpr service::snapshot_bounds step{.keys_max = 1'000, .bytes_max = 1'048'576};

/// Writes entries as they are shown, until one cannot be written.
class part_filler final : public service::snapshot_visitor {
public:
    explicit part_filler(persist::part_writer& to) noexcept : to_(to) {}

    void visit(const service::snapshot_entry& next) override {
        if (failed_) return;
        const auto added = to_.add({next.key, next.value, next.deadline, next.version});
        if (!added) failed_ = added.error();
    }

    const std::optional<persist::fault>& failed() const noexcept { return failed_; }

private:
    persist::part_writer& to_;
    std::optional<persist::fault> failed_;
};

/// Several threads, each with a file of its own, share the parts of a snapshot.
class snapshot_writer {
public:
    explicit snapshot_writer(const service::snapshot& of) noexcept : of_(of) {}

    persist::checked<std::vector<persist::part_summary>> write(
        persist::checkpoint_writer& to,
        unsigned threads
    ) {
        std::vector<std::unique_ptr<persist::part_writer>> files;
        for (unsigned i = 0; i < std::max(threads, 1U); ++i) {
            auto begun = to.begin_part();
            if (!begun) return begun.error();
            files.push_back(*std::move(begun));
        }
        std::vector<persist::part_summary> written(files.size());
        {
            std::vector<std::jthread> helpers;
            for (std::size_t i = 1; i < files.size(); ++i) {
                helpers.emplace_back([&, i] { fill(*files[i], written[i]); });
            }
            fill(*files[0], written[0]);
        }
        if (failed_) return *failed_;
        return written;
    }

private:
    void fill(persist::part_writer& file, persist::part_summary& written) {
        part_filler filler{file};
        for (std::size_t part = next_++; part < of_.parts(); part = next_++) {
            const auto scan = of_.scan_part(part);
            while (!filler.failed() && scan->next(filler, step)) {
            }
            if (filler.failed()) return fail(*filler.failed());
        }
        const auto finished = file.finish();
        if (!finished) return fail(finished.error());
        written = *finished;
    }

    void fail(const persist::fault& why) {
        const std::lock_guard held{mutex_};
        if (!failed_) failed_ = why;
        next_ = of_.parts();
    }

    const service::snapshot& of_;
    std::atomic<std::size_t> next_ = 0;
    std::mutex mutex_;
    std::optional<persist::fault> failed_;
};

checkpoint_report report_of(
    const persist::checkpoint_stamp& stamp,
    const std::vector<persist::part_summary>& parts
) {
    checkpoint_report all{.version = stamp.last_version};
    for (const persist::part_summary& each : parts) {
        all.entries += each.entries;
        all.bytes += each.bytes;
    }
    return all;
}

}  // namespace

persist::checked<checkpoint_report> write_checkpoint(
    const service::snapshot& of,
    const persist::journal::position& at,
    const persist::data_directory& directory,
    unsigned threads,
    base::moment now
) {
    assert(of.version() >= at.version);
    const std::uint64_t sequence = at.end.sequence;
    const auto there = directory.checkpoints();
    if (!there) return there.error();
    if (std::ranges::binary_search(*there, sequence)) {
        const auto manifest = read_manifest(directory, sequence);
        if (!manifest) return manifest.error();
        return report_of(manifest->stamp, manifest->parts);
    }
    const persist::checkpoint_stamp stamp{at.end.epoch, sequence, at.end.hash, of.version(), now};
    persist::checkpoint_writer checkpoint{directory, stamp};
    auto parts = snapshot_writer{of}.write(checkpoint, threads);
    persist::checked<void> committed{};
    if (parts) committed = checkpoint.commit(*parts);
    if (!parts || !committed) {
        checkpoint.abandon();
        return parts ? committed.error() : parts.error();
    }
    const auto removed = directory.remove_before(sequence);
    if (!removed) return removed.error();
    return report_of(stamp, *parts);
}

}  // namespace memstore::cluster
