#include "persist/recovery.hpp"

#include "persist/checkpoint.hpp"
#include "persist/entry_transactions.hpp"
#include "persist/journal_reader.hpp"
#include "persist/journal_tail.hpp"
#include "persist/set_aside.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

namespace memstore::persist {
namespace {

constexpr std::uint64_t report_every_bytes = std::uint64_t{1} * 1024 * 1024;

/// Adds up how far everybody is, and tells it now and then.
class progress_meter {
public:
    explicit progress_meter(const progress_observer& observe) : observe_(observe) {}

    void expect(std::uint64_t bytes) { total_ += bytes; }

    /// @par Threads  any
    void advance(std::uint64_t bytes) {
        if (!observe_ || bytes == 0) return;
        const std::lock_guard lock{mutex_};
        done_ += bytes;
        if (done_ - told_ < report_every_bytes && done_ != total_) return;
        told_ = done_;
        observe_({done_, std::max(done_, total_)});
    }

    void restart() {
        const std::lock_guard lock{mutex_};
        done_ = told_ = total_ = 0;
    }

private:
    const progress_observer& observe_;
    std::mutex mutex_;
    std::uint64_t done_ = 0;
    std::uint64_t told_ = 0;
    std::uint64_t total_ = 0;
};

/// Loads the parts of one checkpoint, by several threads.
class checkpoint_loader {
public:
    checkpoint_loader(
        const data_directory& directory,
        const checkpoint_manifest& manifest,
        applier& into,
        progress_meter& meter
    )
        : directory_(directory), manifest_(manifest), into_(into), meter_(meter) {}

    /// @return how many entries there were
    checked<std::uint64_t> load(unsigned threads) {
        {
            std::vector<std::jthread> helpers;
            const std::size_t useful = std::min<std::size_t>(threads, manifest_.parts.size());
            for (std::size_t i = 1; i < useful; ++i) helpers.emplace_back([this] { load_parts(); });
            load_parts();
        }
        if (thrown_) std::rethrow_exception(thrown_);
        if (failed_) return *failed_;
        return loaded_.load();
    }

private:
    void load_parts() {
        try {
            for (std::size_t i = next_++; i < manifest_.parts.size(); i = next_++) {
                const auto loaded = load_part(static_cast<std::uint32_t>(i));
                if (!loaded) stop([&] { failed_ = loaded.error(); });
            }
        } catch (...) {
            stop([&] { thrown_ = std::current_exception(); });
        }
    }

    template <class Keep>
    void stop(const Keep& keep) {
        const std::lock_guard lock{mutex_};
        if (!failed_ && !thrown_) keep();
        next_ = manifest_.parts.size();
    }

    checked<void> load_part(std::uint32_t number) {
        const std::uint64_t sequence = manifest_.stamp.sequence;
        const part_summary& expected = manifest_.parts[number];
        const auto part = part_reader::open(directory_, sequence, number, expected);
        if (!part) return part.error();
        std::uint64_t before = 0;
        for (;;) {
            const auto entries = (*part)->next();
            if (!entries) return entries.error();
            meter_.advance((*part)->bytes_read() - before);
            before = (*part)->bytes_read();
            if (entries->empty()) return {};
            into_.load(*entries);
            loaded_ += entries->size();
        }
    }

    const data_directory& directory_;
    const checkpoint_manifest& manifest_;
    applier& into_;
    progress_meter& meter_;
    std::atomic<std::size_t> next_ = 0;
    std::atomic<std::uint64_t> loaded_ = 0;
    std::mutex mutex_;
    std::optional<fault> failed_;
    std::exception_ptr thrown_;
};

class recovery {
public:
    recovery(
        const data_directory& directory,
        applier& into,
        const recovery_settings& settings,
        const progress_observer& observe
    )
        : directory_(directory), into_(into), settings_(settings), meter_(observe) {}

    checked<recovered> run() {
        const auto loaded = load_newest();
        if (!loaded) return loaded.error();
        const auto replayed = replay();
        if (!replayed) return replayed.error();
        return result_;
    }

private:
    checked<void> load_newest() {
        auto sequences = directory_.checkpoints();
        if (!sequences) return sequences.error();
        std::ranges::reverse(*sequences);
        for (const std::uint64_t each : *sequences) {
            const auto loaded = load(each);
            if (loaded) break;
            if (loaded.error().kind != fault_kind::corrupt) return loaded.error();
            result_.passed_over.push_back(loaded.error());
            passed_over_.push_back(each);
            into_.forget();
            meter_.restart();
        }
        return {};
    }

    checked<void> load(std::uint64_t sequence) {
        const auto manifest = read_manifest(directory_, sequence);
        if (!manifest) return manifest.error();
        const auto journal = journal_bytes_after(manifest->stamp);
        if (!journal) return journal.error();
        for (const part_summary& each : manifest->parts) meter_.expect(each.bytes);
        meter_.expect(*journal);
        checkpoint_loader loader{directory_, *manifest, into_, meter_};
        const auto loaded = loader.load(settings_.threads);
        if (!loaded) return loaded.error();
        result_.loaded = *loaded;
        result_.checkpoint = manifest->stamp;
        result_.last_version = manifest->stamp.last_version;
        return {};
    }

    checked<std::uint64_t> journal_bytes_after(const checkpoint_stamp& stamp) const {
        journal_reader journal{directory_, {stamp.epoch, stamp.sequence, stamp.hash}};
        const auto opened = journal.open();
        if (!opened) return opened.error();
        return journal.bytes_total();
    }

    checked<void> replay() {
        const checkpoint_stamp from = result_.checkpoint.value_or(checkpoint_stamp{});
        journal_reader journal{directory_, {from.epoch, from.sequence, from.hash}};
        const auto opened = journal.open();
        if (!opened) return explain(opened.error());
        if (!result_.checkpoint) meter_.expect(journal.bytes_total());
        std::uint64_t before = 0;
        for (;;) {
            const auto entry = journal.next();
            if (!entry) return explain(entry.error());
            meter_.advance(journal.bytes_read() - before);
            before = journal.bytes_read();
            if (!*entry) break;
            const auto applied = apply(**entry, journal.segment().path());
            if (!applied) return applied.error();
        }
        result_.end = journal.end();
        result_.shown_early = journal.shown_early();
        result_.journal_bytes = journal.bytes_total();
        const auto reaches = reach_what_was_passed_over();
        if (!reaches) return reaches.error();
        return end(journal);
    }

    /// A checkpoint holds what was acknowledged: without it, only the journal can bring that back.
    checked<void> reach_what_was_passed_over() const {
        if (passed_over_.empty() || result_.end.sequence >= passed_over_.front()) return {};
        fault found = result_.passed_over.front();
        found.what +=
            "; the journal ends before it, at entry " + std::to_string(result_.end.sequence);
        return found;
    }

    /// Where a newer checkpoint was passed over, that is why entries are missing.
    fault explain(fault found) const {
        if (found.kind != fault_kind::corrupt || result_.passed_over.empty()) return found;
        found.what += "; a newer checkpoint is damaged: " + describe(result_.passed_over.front());
        return found;
    }

    checked<void> apply(const entry_view& entry, const std::filesystem::path& file) {
        const std::uint64_t known = result_.checkpoint ? result_.checkpoint->last_version : 0;
        auto read = transactions_.read(entry, file, [&](const transaction& next) {
            if (next.version <= known) return;
            into_.apply(next);
            result_.effects += next.effects.size();
            result_.last_version = next.version;
        });
        ++result_.entries;
        result_.transactions += entry.header.transactions;
        return read;
    }

    /// Makes the journal end, durably, where it was read to. What is not needed goes now that all
    /// has been read: parts that lack their manifest may wait for somebody to bring that back.
    checked<void> end(const journal_reader& journal) {
        const auto cleaned = directory_.remove_leftovers();
        if (!cleaned) return cleaned.error();
        for (const std::uint64_t each : passed_over_) {
            const auto moved = set_checkpoint_aside(directory_, each);
            if (!moved) return moved.error();
        }
        const auto ended = end_journal(directory_, journal);
        if (!ended) return ended.error();
        result_.torn = *ended;
        return {};
    }

    const data_directory& directory_;
    applier& into_;
    const recovery_settings& settings_;
    progress_meter meter_;
    entry_transactions transactions_;
    recovered result_;
    std::vector<std::uint64_t> passed_over_;  // the checkpoints, the newest first
};

}  // namespace

checked<recovered> recover(
    const data_directory& directory,
    applier& into,
    const recovery_settings& settings,
    const progress_observer& observe
) {
    return recovery{directory, into, settings, observe}.run();
}

}  // namespace memstore::persist
