#pragma once

#include "client/channel.hpp"
#include "client/latency_histogram.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace memstore::client {

/// What is asked: requests of one kind, or of several in turn.
enum class load_kind : std::uint8_t {
    get,
    set,
    mixed,        ///< four gets to a set
    transaction,  ///< pairs of commands on two keys: one counter less, another more
};

/// What begins all keys of a load.
inline constexpr const char* load_prefix = "memstore-bench/";

struct load_plan {
    load_kind kind = load_kind::mixed;
    std::size_t connections = 16;
    std::size_t threads = 1;
    std::chrono::milliseconds duration = std::chrono::seconds{10};
    double rate = 0;  ///< requests a second in all; 0: the next one when the last is answered
    std::uint64_t keys = 100'000;
    std::size_t value_bytes = 64;
    unsigned commands = 2;  ///< of a transaction; even
    unsigned pipeline = 1;  ///< requests that are sent at once
    std::uint64_t seed = 1;
};

/** What a load has measured.

    A latency is from when a request was to be sent to the end of its answer. With a rate that
   moment is set beforehand, so that a server that stands still is charged for all that would have
   come meanwhile. Without one it is when the connection had got the answer before.
*/
struct load_figures {
    latency_histogram latency;
    /// From when a request was sent, of those that were not refused; without the first of each
    /// connection, which waits for that.
    latency_histogram service;
    std::uint64_t requests = 0;  ///< that were answered
    std::uint64_t refused = 0;   ///< of those, by anything but success
    std::uint64_t failed = 0;    ///< not answered: the connection was lost, or it took too long
    std::uint64_t unsent = 0;    ///< due before the end, but no connection was free
    std::string first_fault;     ///< of those that failed
    std::chrono::nanoseconds taken{};
};

/// The moment of the request number `turn` of a connection, in a load with a rate.
std::chrono::nanoseconds due_after(
    const load_plan& plan,
    std::size_t connection,
    std::uint64_t turn
) noexcept;

/** A load on its way: connections, on threads of their own, that ask until time is over.

    @par Threads  one, beside its own
*/
class load {
public:
    /// Begins. @param how  outlives it
    load(const load_plan& plan, const access& how);
    load(const load&) = delete;
    load& operator=(const load&) = delete;
    /// Stops it, where it was not waited for.
    ~load();

    /// Sends nothing from here on. What is under way is still answered.
    void stop() noexcept;

    /// Answers that have come until now.
    std::uint64_t answered() const noexcept;

    /// Whether all connections have ended.
    bool done() const noexcept;

    /// Waits for the end. What was under way then is waited for.
    std::unique_ptr<load_figures> finish();

private:
    struct worker;

    std::vector<std::unique_ptr<worker>> workers_;
    std::chrono::steady_clock::time_point began_;
};

}  // namespace memstore::client
