#pragma once

#include "app/settings.hpp"
#include "base/clock.hpp"
#include "cluster/checkpoint.hpp"
#include "log/logger.hpp"
#include "persist/data_directory.hpp"
#include "persist/journal.hpp"
#include "service/snapshot_service.hpp"

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string_view>
#include <thread>
#include <vector>

namespace memstore::app {

/// A checkpoint, and how long it took; or why there is none.
struct checkpoint_made {
    cluster::checkpoint_report holds;
    std::chrono::milliseconds taken{};
};
using checkpoint_answer = persist::checked<checkpoint_made>;

/// The checkpoints of this process.
struct checkpoint_figures {
    std::uint64_t written = 0;
    std::uint64_t failed = 0;
    std::optional<checkpoint_made> last = {};
    base::moment last_at = {};  ///< when that was done
};

/** Writes checkpoints while the store serves, on a thread of its own: when the journal has grown by
    so much since the last, and when asked. Those who ask while one is being written share the next.

    @par Threads  ask() and counted() from any, the rest from one
*/
class checkpointing {
public:
    using asker = std::function<void(const checkpoint_answer&)>;

    /// @param unsaved_bytes  of the journal that a recovery would read now
    checkpointing(
        const journal_settings& options,
        persist::data_directory directory,
        const persist::journal& journal,
        std::uint64_t unsaved_bytes,
        service::snapshot_service& store,
        const base::clock& time,
        log::logger& log
    );
    checkpointing(const checkpointing&) = delete;
    checkpointing& operator=(const checkpointing&) = delete;

    /// Has a checkpoint written, and `told` called, by the thread that writes it.
    void ask(asker told);

    checkpoint_figures counted() const;

    /** Ends the thread; then writes a last checkpoint, unless the one before holds all that was
        shown. Nobody asks any more, and the journal has ended.

        @return whether all that was shown is in the journal, or in a checkpoint
    */
    bool finish();

private:
    void run(const std::stop_token& stop);
    void write(std::string_view cause, const std::vector<asker>& askers);
    checkpoint_answer write_one();
    void count(const checkpoint_answer& made);
    bool is_due() const;
    std::uint64_t unsaved() const;
    std::optional<std::uint64_t> shown_unwritten() const;

    const journal_settings& options_;
    persist::data_directory directory_;
    const persist::journal& journal_;
    service::snapshot_service& store_;
    const base::clock& time_;
    log::logger& log_;

    mutable std::mutex mutex_;
    checkpoint_figures counted_;
    std::condition_variable_any asked_;
    std::vector<asker> askers_;

    std::uint64_t unsaved_before_;  // the writing thread's: bytes that this process has not written
    std::uint64_t saved_ = 0;       // of those that it has
    std::chrono::steady_clock::time_point not_before_ = {};
    std::jthread writing_;
};

}  // namespace memstore::app
