#pragma once

#include "cluster/commit_alarm.hpp"
#include "cluster/commit_stream.hpp"
#include "cluster/prefix_map.hpp"
#include "cluster/state.hpp"
#include "service/watch_service.hpp"

#include <boost/intrusive/list.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace memstore::cluster {

class watch_hub;

/// A watch of a cluster's history. Everything but its position in it is the hub's.
class watcher final : public service::watch,
                      public boost::intrusive::list_base_hook<
                          boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
public:
    watcher(watch_hub& hub, std::string_view prefix, std::uint64_t after);
    ~watcher() override;

    std::uint64_t began_behind() const noexcept override { return began_behind_; }
    service::watch_progress next(service::commit_visitor& to, std::size_t bytes_max) override;
    bool is_overrun() const noexcept override;
    bool wait(waiter& told) noexcept override;

private:
    friend class watch_hub;

    std::size_t show(const recorded_commit& next, service::commit_visitor& to);

    watch_hub& hub_;
    const std::string prefix_;
    const std::uint64_t began_behind_;
    std::uint64_t position_;     // the hub's while this follows
    waiter* waiting_ = nullptr;  // the hub's; while this follows, and until it is resumed
    bool follows_ = false;       // the hub's
    std::vector<service::change> changes_;  // of the commit that is being shown
};

/** Finds out, for all watches of a cluster together, which of them a commit touches.

    A watch that has seen everything follows: the hub goes through the commits for it and wakes it
   at the first that touches its prefix. From there on the watch reads by itself, until it has seen
    everything again. So what a commit costs depends on the prefixes that its keys begin with, not
   on how many watches there are, and one whose prefix nobody writes is not left behind.

    The hub sleeps while nothing is committed or nobody follows. Who commits then has it look; after
    each look that found something it pauses. So writers do something for it at most once a pause.

    @par Threads  look() one at a time, the rest from any; it must outlive its watches
*/
class watch_hub final : private commit_alarm::listener {
public:
    /// What has look() called, once for each call.
    class schedule {
    public:
        virtual void look_soon() noexcept = 0;  ///< from any thread, never in place
        virtual void look_after_pause() = 0;    ///< from look()

    protected:
        ~schedule() = default;
    };

    watch_hub(state& cluster, schedule& when) noexcept;
    watch_hub(const watch_hub&) = delete;
    watch_hub& operator=(const watch_hub&) = delete;

    boost::system::result<std::unique_ptr<service::watch>, service::watch_refusal> open(
        std::string_view prefix,
        std::optional<std::uint64_t> after
    );

    /// How many watches there are. Any thread.
    std::size_t watches() const noexcept { return watches_.load(std::memory_order_relaxed); }

    /// Goes through what was committed since the last look, or a part of it, and wakes the watches
    /// concerned.
    void look();

private:
    friend class watcher;

    using watchers = boost::intrusive::list<watcher, boost::intrusive::constant_time_size<false>>;

    /// The watches of one prefix.
    struct audience {
        watchers followers;
        std::size_t members = 0;  // those that follow, and all others
    };

    std::uint64_t latest_named(std::uint64_t oldest) const noexcept;
    void join(const watcher& added);
    void leave(watcher& gone) noexcept;
    bool wait(watcher& caught_up, service::watch::waiter& told) noexcept;
    std::optional<std::uint64_t> passed_for(watcher& asked) noexcept;

    void follow(watcher& caught_up);
    void unfollow(watcher& touched, std::uint64_t passed) noexcept;

    std::optional<std::uint64_t> begin_look() noexcept;
    bool pass_some(commit_stream& commits, std::uint64_t up_to);
    void pass(const recorded_commit& next);
    void release_all();
    void resume_touched();
    bool missed_some() noexcept;
    void rest();
    void wake() noexcept override { when_.look_soon(); }

    state& cluster_;
    schedule& when_;
    std::mutex mutex_;  // of what follows, for some ten microseconds at most; no writer takes it
    prefix_map<audience> audiences_;
    std::size_t followers_ = 0;
    std::atomic<std::size_t> watches_ = 0;
    watchers touched_;                            // follow no more, and are to be resumed
    std::uint64_t passed_ = commit_clock::first;  // no commit up to here touches one that follows
    bool awake_ = false;                          // a look is to come, or the alarm is armed
};

}  // namespace memstore::cluster
