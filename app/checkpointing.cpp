#include "app/checkpointing.hpp"

#include <algorithm>
#include <future>
#include <memory>
#include <pthread.h>
#include <utility>

namespace memstore::app {
namespace {

using namespace std::chrono_literals;

constexpr auto between_size_looks = 1s;
constexpr auto pause_after_failure = 10s;
constexpr unsigned writing_threads_max = 4;

/// Waits for a snapshot.
class snapshot_promise final : public service::snapshot_sink {
public:
    void take(result<std::unique_ptr<service::snapshot>> taken) noexcept override {
        promise_.set_value(std::move(taken));
    }
    result<std::unique_ptr<service::snapshot>> get() { return promise_.get_future().get(); }

private:
    std::promise<result<std::unique_ptr<service::snapshot>>> promise_;
};

}  // namespace

checkpointing::checkpointing(
    const journal_settings& options,
    persist::data_directory directory,
    const persist::journal& journal,
    std::uint64_t unsaved_bytes,
    service::snapshot_service& store,
    const base::clock& time,
    log::logger& log
)
    : options_(options),
      directory_(std::move(directory)),
      journal_(journal),
      store_(store),
      time_(time),
      log_(log),
      unsaved_before_(unsaved_bytes),
      writing_([this](const std::stop_token& stop) { run(stop); }) {}

void checkpointing::ask(asker told) {
    {
        const std::lock_guard held{mutex_};
        askers_.push_back(std::move(told));
    }
    asked_.notify_one();
}

bool checkpointing::finish() {
    if (!writing_.joinable()) return true;
    writing_.request_stop();
    writing_.join();
    const std::optional<std::uint64_t> unwritten = shown_unwritten();
    if (unsaved() > 0 || unwritten) write("stop", {});
    if (!unwritten) return true;
    const auto saved = counted().last;
    return saved && saved->holds.version >= *unwritten;
}

/// The last version that was shown and that the journal could not take: a checkpoint can save it.
std::optional<std::uint64_t> checkpointing::shown_unwritten() const {
    const persist::journal::backlog left = journal_.left();
    if (journal_.policy() == persist::sync_policy::always || left.transactions == 0) return {};
    return left.last_version;
}

void checkpointing::run(const std::stop_token& stop) {
    ::pthread_setname_np(::pthread_self(), "memstore-ckpt");
    while (!stop.stop_requested()) {
        std::vector<asker> askers;
        {
            std::unique_lock held{mutex_};
            asked_.wait_for(held, stop, between_size_looks, [this] { return !askers_.empty(); });
            askers = std::exchange(askers_, {});
        }
        if (!askers.empty()) {
            write("request", askers);
        } else if (is_due() && !stop.stop_requested()) {
            write("size", {});
        }
    }
}

bool checkpointing::is_due() const {
    return unsaved() >= options_.checkpoint_bytes &&
           std::chrono::steady_clock::now() >= not_before_;
}

std::uint64_t checkpointing::unsaved() const {
    return unsaved_before_ + journal_.written().bytes - saved_;
}

void checkpointing::write(std::string_view cause, const std::vector<asker>& askers) {
    const checkpoint_answer made = write_one();
    count(made);
    if (made) {
        log_.info(
            "checkpoint",
            {{"cause", cause},
             {"version", made->holds.version},
             {"keys", made->holds.entries},
             {"bytes", made->holds.bytes},
             {"ms", made->taken.count()}}
        );
    } else {
        log_.error("a checkpoint failed", {{"cause", cause}, {"fault", describe(made.error())}});
        not_before_ = std::chrono::steady_clock::now() + pause_after_failure;
    }
    for (const asker& each : askers) each(made);
}

void checkpointing::count(const checkpoint_answer& made) {
    const std::lock_guard held{mutex_};
    ++(made ? counted_.written : counted_.failed);
    if (!made) return;
    counted_.last = *made;
    counted_.last_at = time_.now();
}

checkpoint_figures checkpointing::counted() const {
    const std::lock_guard held{mutex_};
    return counted_;
}

checkpoint_answer checkpointing::write_one() {
    const auto began = std::chrono::steady_clock::now();
    const persist::journal::position at = journal_.written();
    snapshot_promise taking;
    store_.take_snapshot(taking);
    const auto taken = taking.get();
    if (!taken) {
        return persist::fault{.kind = persist::fault_kind::failed, .what = taken.error().what};
    }
    const unsigned cores = std::max(std::thread::hardware_concurrency(), 1U);
    const unsigned threads = std::min(cores, writing_threads_max);
    const auto written = cluster::write_checkpoint(**taken, at, directory_, threads, time_.now());
    if (!written) return written.error();
    unsaved_before_ = 0;
    saved_ = at.bytes;
    const auto time = std::chrono::steady_clock::now() - began;
    return checkpoint_made{*written, std::chrono::duration_cast<std::chrono::milliseconds>(time)};
}

}  // namespace memstore::app
