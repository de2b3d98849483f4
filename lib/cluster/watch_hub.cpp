#include "cluster/watch_hub.hpp"

#include "base/give_back.hpp"

#include <algorithm>
#include <utility>

namespace memstore::cluster {
namespace {

// Of the history, which the hub goes through while it holds its lock, and in one look.
constexpr std::size_t bytes_a_batch = std::size_t{16} * 1024;
constexpr int batches_a_look = 64;
constexpr int resumed_a_batch = 64;

// Of the history, which a watch goes through at a time: some hundred microseconds.
constexpr std::size_t bytes_looked_at_max = std::size_t{512} * 1024;

constexpr std::size_t changes_kept_max = 64;

}  // namespace

watcher::watcher(watch_hub& hub, std::string_view prefix, std::uint64_t after)
    : hub_(hub), prefix_(prefix), began_behind_(after), position_(after) {
    hub_.join(*this);
}

watcher::~watcher() { hub_.leave(*this); }

service::watch_progress watcher::next(service::commit_visitor& to, std::size_t bytes_max) {
    using reached = service::watch_progress::state;
    if (const auto passed = hub_.passed_for(*this)) return {reached::quiet, *passed};
    const store::epoch_domain::pin reading{hub_.cluster_.epochs};
    const std::uint64_t up_to = settle(hub_.cluster_);
    commit_stream commits{hub_.cluster_, position_, up_to};
    std::size_t shown = 0;
    std::size_t looked_at = 0;
    while (const recorded_commit* const next = commits.next()) {
        shown += show(*next, to);
        looked_at += next->bytes();
        position_ = next->version();
        if (shown >= bytes_max || looked_at >= bytes_looked_at_max)
            return {reached::more, position_};
    }
    if (commits.lost()) return {reached::overrun, position_};
    position_ = std::max(position_, up_to);
    return {reached::quiet, position_};
}

bool watcher::is_overrun() const noexcept { return oldest_held(hub_.cluster_) > position_; }

bool watcher::wait(waiter& told) noexcept { return hub_.wait(*this, told); }

/// @return how many bytes of keys and values it showed
std::size_t watcher::show(const recorded_commit& next, service::commit_visitor& to) {
    std::size_t bytes = 0;
    changes_.clear();
    next.visit([&](const recorded_change& each) {
        if (!each.key.starts_with(prefix_)) return;
        bytes += each.key.size() + each.value.size();
        changes_.push_back(
            {.key = each.key,
             .value = each.erased ? std::nullopt : std::optional{each.value},
             .cause = each.cause}
        );
    });
    if (changes_.empty()) return 0;
    to.visit({next.version(), changes_});
    if (changes_.capacity() > changes_kept_max) base::give_back(changes_);
    return std::max<std::size_t>(bytes, 1);
}

watch_hub::watch_hub(state& cluster, schedule& when) noexcept : cluster_(cluster), when_(when) {
    cluster_.alarm.set_listener(*this);
}

boost::system::result<std::unique_ptr<service::watch>, service::watch_refusal> watch_hub::open(
    std::string_view prefix,
    std::optional<std::uint64_t> after
) {
    using why = service::watch_refusal::why;
    const std::uint64_t oldest = oldest_held(cluster_);
    const std::uint64_t latest = latest_named(oldest);
    const auto refuse = [&](why reason) {
        return service::watch_refusal{reason, std::min(oldest, latest), latest};
    };
    if (!cluster_.nodes.front().history.keeps()) return refuse(why::nothing_kept);
    if (after && *after > latest) return refuse(why::not_reached);
    if (after && *after < oldest) return refuse(why::gone);
    return std::make_unique<watcher>(*this, prefix, after.value_or(latest));
}

/// What is dropped has been shown to all, unless it is not durable yet: then it has no name.
std::uint64_t watch_hub::latest_named(std::uint64_t oldest) const noexcept {
    const std::uint64_t revealed = cluster_.commits.revealed();
    return cluster_.shows_durable_only() ? revealed : std::max(oldest, revealed);
}

void watch_hub::join(const watcher& added) {
    const std::lock_guard lock{mutex_};
    ++audiences_.at(added.prefix_).members;
    watches_.fetch_add(1, std::memory_order_relaxed);
}

void watch_hub::leave(watcher& gone) noexcept {
    const std::lock_guard lock{mutex_};
    gone.unlink();
    if (gone.follows_) --followers_;
    watches_.fetch_sub(1, std::memory_order_relaxed);
    if (--audiences_.at(gone.prefix_).members == 0) audiences_.erase(gone.prefix_);
}

bool watch_hub::wait(watcher& caught_up, service::watch::waiter& told) noexcept {
    const std::lock_guard lock{mutex_};
    if (!caught_up.follows_) {
        caught_up.unlink();  // where it was to be resumed, and came by itself
        if (caught_up.position_ < passed_) return true;
        follow(caught_up);
    }
    caught_up.waiting_ = &told;
    return false;
}

void watch_hub::follow(watcher& caught_up) {
    audiences_.at(caught_up.prefix_).followers.push_back(caught_up);
    caught_up.follows_ = true;
    // Not beyond what is settled, which every watch comes up to without waiting for anybody.
    if (followers_++ == 0) passed_ = std::min(caught_up.position_, cluster_.commits.settled());
    if (awake_) return;
    awake_ = true;
    cluster_.alarm.arm();
    if (missed_some()) when_.look_soon();
}

/// How far the hub has gone through the commits for one that follows.
std::optional<std::uint64_t> watch_hub::passed_for(watcher& asked) noexcept {
    const std::lock_guard lock{mutex_};
    if (!asked.follows_) return std::nullopt;
    return std::max(asked.position_, passed_);
}

void watch_hub::look() {
    const auto after = begin_look();
    if (!after) return;
    const store::epoch_domain::pin reading{cluster_.epochs};
    const std::uint64_t up_to = settle(cluster_);
    commit_stream commits{cluster_, *after, up_to};
    bool more = true;
    for (int batch = 0; more && batch < batches_a_look; ++batch) {
        more = pass_some(commits, up_to);
        resume_touched();
    }
    if (more) {
        when_.look_soon();
    } else if (up_to > *after) {
        when_.look_after_pause();
    } else {
        rest();
    }
}

/// Where to begin; nothing: nobody follows, so it sleeps from here on.
std::optional<std::uint64_t> watch_hub::begin_look() noexcept {
    const std::lock_guard lock{mutex_};
    awake_ = followers_ > 0;
    if (!awake_) return std::nullopt;
    return passed_;
}

/// @return whether there is more to go through
bool watch_hub::pass_some(commit_stream& commits, std::uint64_t up_to) {
    const std::lock_guard lock{mutex_};
    for (std::size_t bytes = 0; bytes < bytes_a_batch;) {
        const recorded_commit* const next = followers_ > 0 ? commits.next() : nullptr;
        if (next == nullptr) {
            if (commits.lost()) release_all();
            passed_ = std::max(passed_, up_to);
            return false;
        }
        pass(*next);
        bytes += next->bytes();
    }
    return true;
}

void watch_hub::pass(const recorded_commit& next) {
    const std::uint64_t version = next.version();
    next.visit([&](const recorded_change& change) {
        audiences_.visit_prefixes_of(change.key, [&](audience& touched) {
            auto each = touched.followers.begin();
            while (each != touched.followers.end()) {
                watcher& one = *each++;
                if (one.position_ < version) unfollow(one, version - 1);
            }
        });
    });
    passed_ = std::max(passed_, version);
}

/// What they follow was dropped before the hub came to it. Each finds out for itself.
void watch_hub::release_all() {
    audiences_.visit([&](audience& each) {
        while (!each.followers.empty()) unfollow(each.followers.front(), passed_);
    });
}

void watch_hub::unfollow(watcher& touched, std::uint64_t passed) noexcept {
    touched.unlink();
    touched.follows_ = false;
    --followers_;
    touched.position_ = std::max(touched.position_, passed);
    touched_.push_back(touched);
}

/// A few at a time, so that others who need the lock come in between.
void watch_hub::resume_touched() {
    for (bool more = true; more;) {
        const std::lock_guard lock{mutex_};
        for (int left = resumed_a_batch; left > 0 && !touched_.empty(); --left) {
            watcher& one = touched_.front();
            one.unlink();
            std::exchange(one.waiting_, nullptr)->resume();
        }
        more = !touched_.empty();
    }
}

/// With the alarm armed: whether there is a version that may not have found it so. Then it is
/// disarmed, and to look falls to the caller.
bool watch_hub::missed_some() noexcept {
    return cluster_.announced() > passed_ && cluster_.alarm.disarm();
}

/// Until somebody commits. What is on its way already may not ring: it is waited for here.
void watch_hub::rest() {
    const std::lock_guard lock{mutex_};
    awake_ = followers_ > 0;
    if (!awake_) return;
    cluster_.alarm.arm();
    if (missed_some()) when_.look_after_pause();
}

}  // namespace memstore::cluster
