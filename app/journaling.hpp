#pragma once

#include "app/checkpointing.hpp"
#include "app/progress_line.hpp"
#include "app/service_manager.hpp"
#include "app/settings.hpp"
#include "base/clock.hpp"
#include "base/hash.hpp"
#include "cluster/cluster.hpp"
#include "fs/file_system.hpp"
#include "http/readiness.hpp"
#include "log/logger.hpp"
#include "persist/data_directory.hpp"
#include "persist/journal.hpp"
#include "persist/recovery.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <thread>

namespace memstore::app {

/** The journal of a server, on a thread of its own: what it holds is brought back, then what is
    committed is written to it. Where journal.enable is off, it does nothing.

    @par Threads  one, which is none of those that it is asked to serve
*/
class journaling {
public:
    /// @param where  whose keys they are. All of these outlive it.
    journaling(
        const journal_settings& options,
        fs::file_system& files,
        const base::clock& time,
        cluster::cluster& where,
        http::readiness& ready,
        const service_manager& manager,
        log::logger& log
    );
    journaling(const journaling&) = delete;
    journaling& operator=(const journaling&) = delete;
    ~journaling() { stop(); }

    /** Takes the directory, so that nobody else has it.

        @param hash_secret  of the cluster, for the directory to keep
        @throws std::runtime_error  where it cannot be had, with the reason in one line
    */
    void take(const base::key_hasher::secret& hash_secret);

    /** Brings back what the directory holds, and goes on from there. The cluster is not used yet;
        readiness says how far it is, and in the end that all is well.

        @return false: a stop signal came before it was done; nothing was changed on the disk
        @throws std::runtime_error  where what was acknowledged is damaged, or cannot be read
    */
    bool start();

    /// Who waits for a disk that takes nothing more is let go from here on.
    void give_up() noexcept {
        if (journal_) journal_->give_up();
    }

    /// What answers requests for checkpoints, while they are served. Only where journal.enable is
    /// on, after start().
    checkpointing& checkpoints() noexcept { return *checkpoints_; }

    /// What journal and checkpoints have done; nothing before start(), or where journal.enable is
    /// off. Any thread, while requests are served.
    struct figures {
        persist::journal::figures journal;
        checkpoint_figures checkpoints;
    };
    std::optional<figures> counted() const {
        if (!checkpoints_) return std::nullopt;
        return figures{journal_->counted(), checkpoints_->counted()};
    }

    /** Writes what is left, and a checkpoint, and ends. Nobody commits any more.

        @return false: what was committed last is lost, or may be, as the log says
    */
    bool stop() noexcept;

private:
    persist::recovered recover();
    void begin_writing(const persist::recovered& found);
    void refuse_what_is_there() const;
    void show(const persist::recovery_progress& progress, progress_line& line);
    void report(const persist::recovered& found, std::chrono::milliseconds taken);
    void tell(const std::optional<persist::fault>& why);

    const journal_settings& options_;
    const base::clock& time_;
    cluster::cluster& store_;
    http::readiness& ready_;
    const service_manager& manager_;
    log::logger& log_;
    persist::data_directory directory_;
    std::unique_ptr<fs::file_lock> held_;
    std::chrono::steady_clock::time_point last_shown_ = {};
    std::optional<persist::journal> journal_;
    std::jthread writing_;
    std::optional<checkpointing> checkpoints_;
};

}  // namespace memstore::app
