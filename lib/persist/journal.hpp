#pragma once

#include "persist/batch.hpp"
#include "persist/effect.hpp"
#include "persist/fault.hpp"
#include "persist/journal_writer.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <string>

namespace memstore::persist {

/// When what was written is made durable.
enum class sync_policy : std::uint8_t {
    always,    ///< before anybody is shown it
    everysec,  ///< once a second
    never,     ///< when the operating system does
};

/** The journal of a store that serves: takes transactions from many threads, in the order of their
    versions, and writes them from one, a batch at a time.

    Who commits appends while it owns what it changes: its version is taken and its effects are
    copied into the batch that is filling, under one lock that is never held over I/O. Whoever
    writes takes that batch as a whole, and another fills meanwhile. So the journal is in the order
    of the versions, all that commit while one batch is on its way to the disk share the next, and
    the disk holds a beginning of what was committed, of whole batches.

    With sync_policy::always `shown` moves on only when a batch is on the disk: to its last version.
    Whoever reads at that version sees no more than a power cut would leave; whoever has seen more,
    because it owned what others had just changed, waits until that is so. With the others, nobody
    waits for the disk, unless so much is waiting to be written that the memory for it would run
    out.

    **When writing fails** the batch stays, and is tried again; meanwhile writable() is false, and
    nobody is to append. What was appended already waits: nothing can be said of it that would stay
    true. When it cannot be known any more what is on the disk (fault_kind::unknown), the journal
    is lost: who waits is let go without an answer, and so is whoever would have to wait later.

    @par Threads  each says
*/
class journal {
public:
    struct settings {
        sync_policy sync = sync_policy::always;
        /// What may wait to be written before those who need not wait for the disk do, too.
        std::size_t backlog_bytes_max = std::size_t{16} * 1024 * 1024;
    };

    /// Called by whoever writes.
    struct listeners {
        /// With sync_policy::always: all up to this version may be shown. Before anybody who waits
        /// for it goes on.
        std::function<void(std::uint64_t version)> durable;
        /// Nothing can be written, for this reason; or, without one, again it can.
        std::function<void(const std::optional<fault>& why)> changed;
    };

    /// One who waits. Must stay until it was resumed.
    class waiter {
    public:
        /** What it waited for has come.

            @param known  false: the journal is lost, or was given up. Whether what it waited for
              will be there after a restart, nobody can tell.
        */
        virtual void resume_after_journal(bool known) noexcept = 0;

    protected:
        ~waiter() = default;

    private:
        friend class journal;
        waiter* next_waiting_ = nullptr;
    };

    /// That a transaction was appended.
    class receipt;

    /// @param shown  the version up to which all is durable: what was recovered
    journal(journal_writer writer, const settings& options, std::uint64_t shown, listeners told);
    journal(const journal&) = delete;
    journal& operator=(const journal&) = delete;

    sync_policy policy() const noexcept { return options_.sync; }

    /// Whether transactions may be appended. From any thread.
    bool writable() const noexcept { return state_.load(std::memory_order_acquire) == writing; }
    /// Whether nothing will ever be written again. From any thread.
    bool lost() const noexcept { return state_.load(std::memory_order_acquire) == gone; }
    /// Why it is not writable; empty when it is. From any thread.
    std::string complaint() const;

    /** Appends a transaction, of at least one effect, while all that it changes is owned.

        @param take_version  called to take its version, in the order of the journal
        @par Threads     any
        @par Complexity  its bytes
    */
    template <class TakeVersion>
    receipt append(std::span<const effect> effects, TakeVersion take_version);

    /// The transaction can be seen by whoever reads at its version: before that, `shown` does not
    /// come to it. By whoever appended it, soon, and while all that it changes is owned.
    void applied(const receipt& of) noexcept;

    /** Lets a waiter wait until all up to a version that was appended may be shown.

        @return true: it is so, or need not be; false: it will be resumed, perhaps already has been
        @par Threads  any
    */
    bool wait(waiter& one, std::uint64_t version) noexcept;

    /// From here on, who waits while writing fails is let go, as if it were lost; for a stop that
    /// shall not wait for somebody to make room. From any thread.
    void give_up() noexcept;

    /// Writes what is appended until it is asked to stop, and then what is left. On a thread of its
    /// own.
    void run(const std::stop_token& stop);

    /** Writes the batch that is filling, or the one that could not be written, and, with
        sync_policy::always, makes it durable; lets go who waited for that. What run() does; for a
        simulation, that has no threads.

        @par Threads  one at a time, and not beside run()
    */
    void write();

    /// Makes durable what was written. As write().
    void sync();

    /// What was appended and is not in the journal.
    struct backlog {
        std::uint64_t transactions = 0;
        std::uint64_t last_version = 0;
    };

    /// Once run() has returned: what could not be written.
    backlog left() const;

    /// Where the journal ended when everything up to some version had been written, and applied.
    struct position {
        journal_end end;
        std::uint64_t version = 0;
        std::uint64_t bytes = 0;  ///< written until then by this process
    };

    /// The present one. From any thread.
    position written() const {
        const lock held{mutex_};
        return written_;
    }

    /// What it has done in this process.
    struct figures {
        std::uint64_t transactions = 0;  ///< that were appended
        std::uint64_t batches = 0;       ///< that were written, and made durable where that is due
        std::uint64_t bytes = 0;         ///< of those
        std::uint64_t failures = 0;      ///< writes and syncs that failed
        base::duration_counts syncs;
        bool writable = true;
    };

    /// From any thread.
    figures counted() const;

private:
    enum state : std::uint8_t { writing, failing, gone };

    struct waiting {
        waiter* first = nullptr;
        waiter* last = nullptr;
    };

    /// A batch, and who waits for it.
    struct slot {
        batch entry;
        std::atomic<std::uint32_t> applying = 0;  ///< transactions in it that are not applied yet
        waiting line;
    };

    using lock = std::unique_lock<std::mutex>;
    using clock = std::chrono::steady_clock;

    slot& filling() noexcept { return slots_[filling_]; }
    slot& taken() noexcept { return slots_[1 - filling_]; }

    bool hopeless() const noexcept { return lost() || (gives_up_ && !writable()); }
    void wait_for_work(const std::stop_token& stop);
    void look_after();
    bool has_unwritten() const noexcept;
    bool take_batch();
    void conclude();
    void fail(const fault& why);
    void work_again();
    void let_all_go() noexcept;
    static void resume_all(waiting line, bool known) noexcept;

    journal_writer writer_;  // the writing thread's
    const settings options_;
    const listeners told_;

    mutable std::mutex mutex_;  // never held over I/O
    std::condition_variable_any work_;
    std::array<slot, 2> slots_;  // one fills; the other is being written, or is empty
    std::size_t filling_ = 0;
    std::uint64_t shown_;                // up to which nobody has to wait
    std::uint64_t taken_version_ = 0;    // the last of the batch that is being written, or was
    std::atomic<bool> crowded_ = false;  // so much waits to be written that all wait
    bool gives_up_ = false;
    std::optional<fault> why_;  // it is not writable
    position written_;
    std::uint64_t transactions_ = 0;  // that were appended
    std::uint64_t batches_ = 0;       // that were written
    std::uint64_t failures_ = 0;

    std::atomic<state> state_ = writing;
    clock::time_point look_due_ = clock::time_point::max();  // the writing thread's
};

class journal::receipt {
public:
    std::uint64_t version() const noexcept { return version_; }

private:
    friend class journal;
    receipt(std::uint64_t version, slot& in) noexcept : version_(version), in_(&in) {}

    std::uint64_t version_;
    slot* in_;
};

template <class TakeVersion>
journal::receipt journal::append(std::span<const effect> effects, TakeVersion take_version) {
    lock held{mutex_};
    slot& to = filling();
    const bool was_empty = to.entry.empty();
    const std::uint64_t version = take_version();
    to.entry.add(version, effects);
    to.applying.fetch_add(1, std::memory_order_relaxed);
    ++transactions_;
    if (to.entry.bytes() > options_.backlog_bytes_max) {
        crowded_.store(true, std::memory_order_relaxed);
    }
    held.unlock();
    if (was_empty) work_.notify_one();
    return {version, to};
}

}  // namespace memstore::persist
