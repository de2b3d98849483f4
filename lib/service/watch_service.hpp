#pragma once

#include "base/change_cause.hpp"

#include <boost/system/result.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace memstore::service {

/// What a commit left in the place of one key.
struct change {
    std::string_view key;
    std::optional<std::string_view> value;  ///< nothing: the key is gone
    base::change_cause cause;
};

/// A transaction that took effect: those of its changes that were asked for, at least one. All of
/// it is borrowed.
struct commit {
    std::uint64_t version;
    std::span<const change> changes;
};

/// Is shown commits. Threads: whichever asks for them.
class commit_visitor {
public:
    /// Copy what is to be kept before you return.
    virtual void visit(const commit& next) = 0;

protected:
    ~commit_visitor() = default;
};

/// How a look for commits ended.
struct watch_progress {
    enum class state : std::uint8_t {
        more,     ///< it stopped at its bound: look again
        quiet,    ///< nothing more yet: wait
        overrun,  ///< what comes next was dropped: the watch is over
    };
    state reached;
    std::uint64_t version;  ///< nothing at or below it is still to come
};

/** One watch: the commits that touch a prefix, in the order of their versions, each whole and once.

    It holds nothing but its position: commits stay in the engine's history, which has a bounded
   size, until they are asked for. Who asks too late is overrun, and holds up nobody.

    @par Threads  one at a time
*/
class watch {
public:
    /// Told that a wait is over.
    class waiter {
    public:
        /// Called by any thread, which keeps the watches of others from going on meanwhile: have it
        /// done elsewhere, and call no watch.
        virtual void resume() noexcept = 0;

    protected:
        ~waiter() = default;
    };

    /// Ends a wait under way: its waiter is not called any more.
    virtual ~watch() = default;

    /// The version behind which it began.
    virtual std::uint64_t began_behind() const noexcept = 0;

    /** Shows the next commits. Never blocks.

        @param bytes_max  of keys and values: it stops behind the commit that reaches it, so it
       shows at least one if there is one near
        @par Complexity  linear in the commits since the last one shown, all prefixes together, of
          which it looks at a bounded number of bytes
    */
    virtual watch_progress next(commit_visitor& to, std::size_t bytes_max) = 0;

    /// Whether next() would say so: what comes next was dropped. While no wait is under way.
    virtual bool is_overrun() const noexcept = 0;

    /** Waits until next() may show more. It replaces a wait that is under way.

        @param told  outlives the wait
        @return true: it is so already, resume() will not come. false: resume() comes once, when it
          is.
    */
    virtual bool wait(waiter& told) noexcept = 0;
};

/// Why a watch cannot begin.
struct watch_refusal {
    enum class why : std::uint8_t {
        nothing_kept,  ///< watching is off: watch.history is 0
        gone,          ///< what came after the version was dropped
        not_reached,   ///< nobody was ever told of such a version: it is of another life of the
                       ///< store
    };
    why reason;
    std::uint64_t oldest;  ///< the lowest version that a watch can go on from
    std::uint64_t latest;  ///< the highest
};

/// What protocols ask of the engine's history. Threads: any.
class watch_service {
public:
    virtual ~watch_service() = default;

    /** Begins a watch; its first commit is not yet shown.

        @param prefix  of the keys; empty: all. Copied.
        @param after  a version that an answer or a commit named, to go on behind it; nothing: the
          latest, so that every transaction asked for from here on is shown, and whoever reads from
          here on sees what the others did
    */
    virtual boost::system::result<std::unique_ptr<watch>, watch_refusal> open_watch(
        std::string_view prefix,
        std::optional<std::uint64_t> after
    ) = 0;
};

}  // namespace memstore::service
