#pragma once

#include "base/tally.hpp"
#include "net/descriptor.hpp"
#include "net/ready_set.hpp"
#include "net/tcp.hpp"
#include "net/tls_stream.hpp"

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/intrusive/list.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

namespace memstore::net {

class connections;

/// What came and went over connections, since the beginning. May be added up.
struct traffic {
    std::uint64_t accepted = 0;  ///< connections
    std::uint64_t open = 0;      ///< of them, now
    std::uint64_t bytes_in = 0;  ///< without what TLS adds, as are those out
    std::uint64_t bytes_out = 0;

    traffic& operator+=(const traffic& other) noexcept {
        accepted += other.accepted;
        open += other.open;
        bytes_in += other.bytes_in;
        bytes_out += other.bytes_out;
        return *this;
    }
};

/** A client's connection: its socket, TLS over it or not, and until when it may keep waiting.

    A deadline is a member that a tick looks at, since a timer for each operation would cost more
    than the operation. A wait that has passed its deadline ends as if the client had gone, with
    expired() set.

    The handshake of TLS comes before the first that is read or written. Its limit is its own where
    that is read, at most the writer's patience where that is written.

    @par Threads  that of its io_context only
*/
class connection : public boost::intrusive::list_base_hook<> {
public:
    using moment = std::chrono::steady_clock::time_point;

    /// How fast a client must take what is long. A deadline for each piece would let it hold on to
    /// an answer for ever, a byte at a time.
    static constexpr std::size_t write_bytes_per_second_min = 65'536;

    /// @param peer  a connected socket, which does not block
    connection(descriptor&& peer, connections& home);
    ~connection();
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;

    /// The moment `limit` from now, right to a tick and never too early.
    moment deadline_in(std::chrono::milliseconds limit) const noexcept;

    /// Reads what there is, waiting for it. @return how much; 0 when no more will come or the wait
    /// has ended
    awaitable<std::size_t> read_some(std::span<char> into, moment deadline);

    /// The same while nothing is under way: here, and only here, a connection asked to leave stops
    /// waiting.
    awaitable<std::size_t> read_idle(std::span<char> into, moment deadline);

    /** Waits with nothing to do until interrupt(), `until`, or being asked to leave, reading what
       comes meanwhile.

        @param into  where that goes; where it is empty nothing is read, and the end of the client's
          half not seen
        @return how much was read; nothing once the connection is broken
    */
    awaitable<std::optional<std::size_t>> rest(std::span<char> into, moment until);

    /// Ends a rest.
    void interrupt() noexcept;

    /// Closes it so that the client sees that this was not the end in order.
    void reset() noexcept;

    /// Writes what the kernel takes of both, one after the other, without waiting. @return how
    /// much; less than all also where the client has gone
    std::size_t write_now(std::string_view first, std::string_view second) noexcept;

    /** Writes all.

        @param patience  how long the client may take over it, beside the time that its length takes
          at write_bytes_per_second_min; and how long it may take nothing at all, where
          that is a second or more. It bounds a handshake that is still to come, too: who is only
          told to go stays no longer with TLS than without
        @return whether it was written
    */
    awaitable<bool> write(std::string_view bytes, std::chrono::milliseconds patience);

    /** Ends our half and takes in what still comes: closing at once would answer those bytes with a
        reset, which can destroy the answer on its way to the client, and many a client reads none
        before it has sent all.

        It ends at a second of silence, and at `limit` or 128 MiB in all; a second after it was
        asked to leave, too.
    */
    awaitable<> linger(std::chrono::milliseconds limit);

    io_executor executor() { return socket_.executor(); }

    /// Whether the last wait ended by its deadline.
    bool expired() const noexcept { return expired_; }

    /// Whether the client has ended its half, in order, where the last read_some() or rest() came
    /// to nothing.
    bool ended() const noexcept { return tls_ != nullptr ? tls_->ended() : socket_.ended(); }

    /// Whether it has been asked to leave: what is under way is finished, nothing more is begun.
    bool leaving() const noexcept { return leaving_; }

private:
    friend class connections;
    enum class state : std::uint8_t { busy, idle, resting };

    void expire() noexcept;
    void ask_to_leave() noexcept;
    void close() noexcept;
    std::size_t take(std::span<char> into) noexcept;
    std::size_t take_held(std::span<char> into) noexcept;
    std::size_t put(std::string_view first, std::string_view second) noexcept;
    bool input_over() const noexcept;
    bool output_over() const noexcept;
    bool broken() const noexcept;
    awaitable<bool> wait_for_taker(std::chrono::milliseconds patience, moment deadline);
    bool must_shake_hands() const noexcept { return tls_ != nullptr && !tls_->open(); }
    awaitable<bool> shake_hands(moment deadline);
    awaitable<> wait_for(tls_stream::shaken what, moment deadline);
    awaitable<> finish_tls();
    awaitable<> turn_away(bool plain);
    void begin_wait(state as, moment deadline) noexcept;
    void end_wait() noexcept;

    ready_socket socket_;
    std::unique_ptr<tls_stream> tls_;  ///< nothing: bytes are what they are
    connections& home_;
    moment deadline_ = moment::max();
    moment linger_end_ = moment::max();
    state state_ = state::busy;
    bool expired_ = false;
    bool leaving_ = false;
};

/** The connections of one io_context: ends the waits of those whose deadline has passed, and all of
    them at a stop.

    Its timer ticks while there are connections.

    @pre It outlives its connections, and its io_context runs no more when it goes.
    @par Threads  that of its io_context only
*/
class connections {
public:
    static constexpr std::chrono::milliseconds tick{100};

    /// @param tls  how clients come in; nullptr: without TLS. It outlives this.
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-member-init): discarded_ has nothing to begin with
    explicit connections(boost::asio::io_context& io, const tls_entrance* tls = nullptr)
        : timer_(io.get_executor()), sockets_(io), tls_(tls) {}

    /// Lets the idle ones go now, the others when they have finished what they are at.
    void ask_to_leave() noexcept;

    /// Closes every socket, whatever is under way.
    void close() noexcept;

    /// Any thread.
    traffic counted() const noexcept {
        const std::uint64_t left = left_.value();
        const std::uint64_t accepted = std::max(accepted_.value(), left);
        return {accepted, accepted - left, bytes_in_.value(), bytes_out_.value()};
    }

private:
    friend class connection;

    static constexpr std::size_t discard_bytes = 65'536;

    void add(connection& one);
    void remove(connection& one) noexcept;
    void start_tick();
    void end_late_waits() noexcept;
    void postpone_deadlines(std::chrono::steady_clock::duration late) noexcept;

    boost::asio::basic_waitable_timer<
        std::chrono::steady_clock,
        boost::asio::wait_traits<std::chrono::steady_clock>,
        io_executor>
        timer_;
    ready_set sockets_;
    const tls_entrance* tls_;
    boost::intrusive::list<connection> members_;
    std::array<char, discard_bytes> discarded_;  ///< what nobody wants; never read
    base::tally accepted_;
    base::tally left_;
    base::tally bytes_in_;
    base::tally bytes_out_;
    bool ticking_ = false;
    bool leaving_ = false;
};

}  // namespace memstore::net
