#include "persist/journal.hpp"

#include <algorithm>
#include <utility>

namespace memstore::persist {
namespace {

using namespace std::chrono_literals;

/// While nobody waits for the disk, what is appended in so long a time is written together: a
/// thread that is woken for each transaction costs more than the transaction.
constexpr auto gather_time = 2ms;
constexpr auto look_interval = 1s;
constexpr auto retry_pause = 200ms;

/// What a batch may keep of its memory.
constexpr std::size_t kept_bytes_max = std::size_t{1} * 1024 * 1024;

}  // namespace

journal::journal(
    journal_writer writer,
    const settings& options,
    std::uint64_t shown,
    listeners told
)
    : writer_(std::move(writer)),
      options_(options),
      told_(std::move(told)),
      shown_(shown),
      written_{writer_.end(), shown, 0} {}

std::string journal::complaint() const {
    const lock held{mutex_};
    return why_ ? reason_of(*why_) : std::string{};
}

journal::figures journal::counted() const {
    const lock held{mutex_};
    return {transactions_, batches_, written_.bytes, failures_, writer_.syncs(), writable()};
}

void journal::applied(const receipt& of) noexcept {
    std::atomic<std::uint32_t>& left = of.in_->applying;
    if (left.fetch_sub(1, std::memory_order_release) == 1) left.notify_one();
}

bool journal::wait(waiter& one, std::uint64_t version) noexcept {
    const bool needs_disk = options_.sync == sync_policy::always;
    if (!needs_disk && !crowded_.load(std::memory_order_relaxed)) return true;
    {
        const lock held{mutex_};
        if (shown_ >= version) return true;
        if (!needs_disk && !crowded_.load(std::memory_order_relaxed)) return true;
        if (!hopeless()) {
            waiting& line = version > taken_version_ ? filling().line : taken().line;
            one.next_waiting_ = nullptr;
            (line.first == nullptr ? line.first : line.last->next_waiting_) = &one;
            line.last = &one;
            return false;
        }
    }
    one.resume_after_journal(false);
    return false;
}

void journal::give_up() noexcept {
    {
        const lock held{mutex_};
        gives_up_ = true;
        if (!hopeless()) return;
    }
    let_all_go();
}

void journal::run(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        wait_for_work(stop);
        write();
        if (clock::now() >= look_due_) look_after();
    }
    give_up();
    do {
        write();
    } while (writable() && has_unwritten());
    if (!lost()) sync();
}

bool journal::has_unwritten() const noexcept {
    const lock held{mutex_};
    return !slots_[0].entry.empty() || !slots_[1].entry.empty();
}

journal::backlog journal::left() const {
    const lock held{mutex_};
    backlog all;
    for (const slot& each : slots_) {
        all.transactions += each.entry.transactions();
        all.last_version = std::max(all.last_version, each.entry.last_version());
    }
    return all;
}

void journal::wait_for_work(const std::stop_token& stop) {
    const auto has_work = [&] { return writable() && !filling().entry.empty(); };
    lock held{mutex_};
    if (!writable()) {
        work_.wait_for(held, stop, retry_pause, [] { return false; });
    } else if (look_due_ == clock::time_point::max()) {
        work_.wait(held, stop, has_work);
    } else {
        work_.wait_until(held, stop, look_due_, has_work);
    }
    if (options_.sync == sync_policy::always || !has_work()) return;
    work_.wait_for(held, stop, gather_time, [] { return false; });
}

void journal::write() {
    if (lost() || (taken().entry.empty() && !take_batch())) return;
    const auto appended = writer_.append(taken().entry);
    if (!appended) return fail(appended.error());
    if (options_.sync == sync_policy::always) {
        const auto synced = writer_.sync();
        if (!synced) return fail(synced.error());
    } else if (look_due_ == clock::time_point::max()) {
        look_due_ = clock::now() + look_interval;
    }
    work_again();
    conclude();
}

/// What is due a second after a write that nobody waits for.
void journal::look_after() {
    if (options_.sync == sync_policy::everysec) return sync();
    look_due_ = clock::time_point::max();
    const auto found = writer_.check_name();
    if (!found) fail(found.error());
}

void journal::sync() {
    look_due_ = clock::time_point::max();
    const auto synced = writer_.sync();
    if (!synced) fail(synced.error());
}

bool journal::take_batch() {
    const lock held{mutex_};
    if (filling().entry.empty()) return false;
    filling_ = 1 - filling_;
    taken_version_ = taken().entry.last_version();
    crowded_.store(false, std::memory_order_relaxed);
    return true;
}

/// Shows the batch that was written, and lets go who waited for it.
void journal::conclude() {
    slot& done = taken();
    while (const std::uint32_t left = done.applying.load(std::memory_order_acquire)) {
        done.applying.wait(left, std::memory_order_acquire);
    }
    const std::uint64_t version = done.entry.last_version();
    done.entry.shrink(kept_bytes_max);
    if (options_.sync == sync_policy::always) told_.durable(version);
    waiting line;
    {
        const lock held{mutex_};
        shown_ = version;
        written_ = {writer_.end(), version, writer_.bytes_written()};
        ++batches_;
        line = std::exchange(done.line, {});
    }
    resume_all(line, true);
}

void journal::fail(const fault& why) {
    const bool final = why.kind == fault_kind::unknown;
    bool changes = false;
    bool in_vain = false;
    {
        const lock held{mutex_};
        const state before = state_.exchange(final ? gone : failing, std::memory_order_release);
        changes = before == writing || (final && before == failing);
        why_ = why;
        ++failures_;
        in_vain = hopeless();
    }
    if (changes) told_.changed(why);
    if (in_vain) let_all_go();
}

void journal::work_again() {
    if (writable()) return;
    {
        const lock held{mutex_};
        state_.store(writing, std::memory_order_release);
        why_.reset();
    }
    told_.changed({});
}

/// Without an answer: what they wait for, the disk or room for more, will not come.
void journal::let_all_go() noexcept {
    std::array<waiting, 2> lines;
    {
        const lock held{mutex_};
        for (std::size_t i = 0; i < slots_.size(); ++i)
            lines[i] = std::exchange(slots_[i].line, {});
        // Nothing more is appended then, so whoever only reads needs no room.
        if (lost()) crowded_.store(false, std::memory_order_relaxed);
    }
    for (const waiting& each : lines) resume_all(each, false);
}

void journal::resume_all(waiting line, bool known) noexcept {
    while (line.first != nullptr) {
        waiter& next = *line.first;
        line.first = next.next_waiting_;
        next.resume_after_journal(known);
    }
}

}  // namespace memstore::persist
