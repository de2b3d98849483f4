#include "app/journaling.hpp"

#include "app/hash_secret.hpp"
#include "app/stop_signal.hpp"

#include <algorithm>
#include <pthread.h>
#include <random>
#include <stdexcept>
#include <string>
#include <unistd.h>
#include <utility>

namespace memstore::app {
namespace {

constexpr std::chrono::milliseconds between_reports{2'000};
constexpr std::chrono::milliseconds between_reports_on_terminal{100};
constexpr unsigned loading_threads_max = 4;

/// More versions than there were commits since the last sync, whatever had been answered.
constexpr std::uint64_t versions_passed_over = std::uint64_t{1} << 24;

/// Leaves a recovery in the middle.
struct stop_asked {};

[[noreturn]] void refuse(const persist::fault& why) {
    std::string what = "journal: " + describe(why);
    if (why.kind == persist::fault_kind::corrupt) {
        what +=
            "; `memstore journal verify DIR` says more, `memstore journal repair DIR` is a way on";
    }
    throw std::runtime_error{what};
}

std::uint64_t random_salt() {
    std::random_device device;
    return std::uint64_t{device()} << 32 | device();
}

}  // namespace

journaling::journaling(
    const journal_settings& options,
    fs::file_system& files,
    const base::clock& time,
    cluster::cluster& where,
    http::readiness& ready,
    const service_manager& manager,
    log::logger& log
)
    : options_(options),
      time_(time),
      store_(where),
      ready_(ready),
      manager_(manager),
      log_(log),
      directory_(files, options.path) {}

void journaling::take(const base::key_hasher::secret& hash_secret) {
    if (!options_.enable) return;
    auto held = directory_.take();
    if (!held) refuse(held.error());
    held_ = *std::move(held);
    const auto kept = keep_hash_secret(directory_, hash_secret);
    if (!kept) log_.warn("the next start takes longer", {{"reason", describe(kept.error())}});
    ready_.set_starting("recovering: 0 %");
}

bool journaling::start() {
    if (!options_.enable) return true;
    try {
        begin_writing(recover());
    } catch (const stop_asked&) {
        return false;
    }
    ready_.set_ready();
    return true;
}

void journaling::begin_writing(const persist::recovered& found) {
    persist::journal_writer writer{
        directory_,
        {.segment_bytes = options_.segment_bytes,
         .shown_early = options_.fsync != persist::sync_policy::always},
        found.end,
        random_salt,
        time_};
    journal_.emplace(
        std::move(writer),
        persist::journal::settings{.sync = options_.fsync},
        std::max(found.last_version, cluster::commit_clock::first),
        persist::journal::listeners{
            .durable = [this](std::uint64_t version) { store_.show(version); },
            .changed = [this](const std::optional<persist::fault>& why) { tell(why); }}
    );
    store_.append_to(*journal_);
    checkpoints_.emplace(options_, directory_, *journal_, found.journal_bytes, store_, time_, log_);
    writing_ = std::jthread{[this](const std::stop_token& stop) {
        ::pthread_setname_np(::pthread_self(), "memstore-jrnl");
        journal_->run(stop);
    }};
}

bool journaling::stop() noexcept {
    if (!writing_.joinable()) return true;
    writing_.request_stop();
    writing_.join();
    if (journal_->lost()) {  // and no checkpoint: it would show what may not be there
        log_.error("the journal was lost before the stop", {{"reason", journal_->complaint()}});
        return false;
    }
    if (checkpoints_->finish()) return true;
    log_.error(
        "the journal could not be written before the stop: what was committed last is lost",
        {{"transactions", journal_->left().transactions}, {"reason", journal_->complaint()}}
    );
    return false;
}

persist::recovered journaling::recover() {
    if (!options_.recover_on_startup) refuse_what_is_there();
    const auto began = std::chrono::steady_clock::now();
    last_shown_ = began;
    manager_.tell_starting("recovering");
    persist::recovered found;
    progress_line line{STDERR_FILENO};
    store_.restore([&](persist::applier& into) {
        const unsigned cores = std::max(std::thread::hardware_concurrency(), 1U);
        auto recovered = persist::recover(
            directory_,
            into,
            {.threads = std::min(cores, loading_threads_max)},
            [&](const persist::recovery_progress& progress) { show(progress, line); }
        );
        if (!recovered) refuse(recovered.error());
        found = *std::move(recovered);
        // What was named in an answer and is lost must not be named again.
        if (found.shown_early) found.last_version += versions_passed_over;
        return found.last_version;
    });
    const auto taken = std::chrono::steady_clock::now() - began;
    line.clear();
    report(found, std::chrono::duration_cast<std::chrono::milliseconds>(taken));
    return found;
}

void journaling::refuse_what_is_there() const {
    const auto checkpoints = directory_.checkpoints();
    if (!checkpoints) refuse(checkpoints.error());
    const auto segments = directory_.segments();
    if (!segments) refuse(segments.error());
    if (checkpoints->empty() && segments->empty()) return;
    throw std::runtime_error{
        "journal: " + directory_.path().string() +
        " holds a journal, and journal.recover-on-startup is off: choose another journal.path, or "
        "move its files away"};
}

void journaling::show(const persist::recovery_progress& progress, progress_line& line) {
    if (stop_signal_is_pending()) throw stop_asked{};
    const std::uint64_t percent =
        progress.bytes_done * 100 / std::max<std::uint64_t>(progress.bytes_total, 1);
    const std::string how_far = "recovering: " + std::to_string(percent) + " %";
    ready_.set_starting(how_far);
    const auto now = std::chrono::steady_clock::now();
    const auto pause = line.on_terminal() ? between_reports_on_terminal : between_reports;
    if (now - last_shown_ < pause) return;
    last_shown_ = now;
    manager_.tell_starting(how_far);
    if (line.on_terminal()) return line.show(how_far);
    log_.info(
        "recovering",
        {{"percent", percent}, {"bytes", progress.bytes_done}, {"of", progress.bytes_total}}
    );
}

void journaling::report(const persist::recovered& found, std::chrono::milliseconds taken) {
    for (const persist::fault& each : found.passed_over) {
        log_.warn(
            "a damaged checkpoint was passed over and set aside",
            {{"fault", describe(each)}}
        );
    }
    if (found.torn) {
        log_.warn(
            "a torn tail of the journal was cut off",
            {{"file", found.torn->file.string()},
             {"offset", found.torn->offset},
             {"bytes", found.torn->bytes},
             {"why", found.torn->why},
             {"kept_in", found.torn->kept_in.string()}}
        );
    }
    log_.info(
        "recovered",
        {{"keys", std::uint64_t{store_.size()}},
         {"version", found.last_version},
         {"entry", found.end.sequence},
         {"from_checkpoint", found.loaded},
         {"transactions", found.transactions},
         {"ms", taken.count()}}
    );
}

/// From the thread that writes. Who has read the log finds readiness as it says.
void journaling::tell(const std::optional<persist::fault>& why) {
    if (!why) {
        ready_.set_ready();
        return log_.info("the journal can be written again");
    }
    const bool final = why->kind == persist::fault_kind::unknown;
    ready_.set_limited(
        "read-only: " + journal_->complaint() + (final ? "; a restart is needed" : "")
    );
    log_.error(
        final ? "the journal is lost: nothing is written until a restart"
              : "the journal cannot be written: the store can only be read until it can",
        {{"fault", describe(*why)}}
    );
}

}  // namespace memstore::app
