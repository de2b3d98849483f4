#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

namespace memstore::service {

/// A key as a snapshot has it. Borrowed: copy what is to be kept before you return.
struct snapshot_entry {
    std::string_view key;
    std::string_view value;
    std::uint64_t version;  ///< of the commit that wrote it
    base::moment deadline;  ///< base::never where it has none
};

/// Is shown the entries of a snapshot. Threads: whichever asks for them.
class snapshot_visitor {
public:
    virtual void visit(const snapshot_entry& next) = 0;

protected:
    ~snapshot_visitor() = default;
};

/// Where a step through a snapshot ends: behind the key that reaches one of them. At least 1 each.
struct snapshot_bounds {
    std::size_t keys_max;   ///< that are looked at: some tens to hundreds of nanoseconds each
    std::size_t bytes_max;  ///< of keys and values that are shown
};

/** Goes through keys of a snapshot, in steps that are as short as the caller wants them.

    @par Threads  one at a time
*/
class snapshot_scan {
public:
    virtual ~snapshot_scan() = default;

    /// Shows the next entries. Never blocks.
    /// @return whether there may be more
    virtual bool next(snapshot_visitor& to, const snapshot_bounds& most) = 0;
};

/** All keys as of one commit version, for as long as this object is there. Writers go on; what they
    replace stays in memory until then, so let it go soon.

    A key whose deadline had come when it was taken is not in it; one whose deadline has come since
    is.

    @par Threads  any, several at a time; the last scan goes before it
*/
class snapshot {
public:
    virtual ~snapshot() = default;

    /// All commits up to it are in the snapshot, and none above.
    virtual std::uint64_t version() const noexcept = 0;

    /// The keys that begin with `prefix`, in bytewise order. A step begins anew with a search of
    /// every partition: some tens of microseconds.
    virtual std::unique_ptr<snapshot_scan> scan(std::string_view prefix) const = 0;

    /// A key is in one of so many parts, which can be gone through side by side.
    virtual std::size_t parts() const noexcept = 0;

    /// The keys of one part, in bytewise order.
    virtual std::unique_ptr<snapshot_scan> scan_part(std::size_t part) const = 0;
};

/// Takes a snapshot on behalf of whoever asked for it.
class snapshot_sink {
public:
    /// Called once; the sink is not touched again. A refusal: there are too many snapshots.
    virtual void take(result<std::unique_ptr<snapshot>> taken) noexcept = 0;

protected:
    ~snapshot_sink() = default;
};

/// What protocols ask of the engine. Threads: any.
class snapshot_service {
public:
    virtual ~snapshot_service() = default;

    /** Takes a snapshot of all keys, as a transaction over all nodes: what was answered before it
        was asked for is in it. Never blocks.

        @return true: it was given to the sink before the return. false: it had to queue, and is
          given to the sink by any thread, whose time is others': hand it on, and go on elsewhere
    */
    virtual bool take_snapshot(snapshot_sink& to) = 0;
};

}  // namespace memstore::service
