#pragma once

#include "async/held_handler.hpp"
#include "net/descriptor.hpp"
#include "net/tcp.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/posix/basic_stream_descriptor.hpp>

#include <sys/epoll.h>
#include <sys/types.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>

namespace memstore::net {

class ready_socket;

/** Tells the sockets of one io_context when they can be read from or written to.

    The kernel reports each change once, many sockets at a time, to an epoll set of our own, which
    the io_context watches as one descriptor. Its reactor would ask the kernel about each socket
    anew.

    Those that a report was waited for go on one after the other, inside one handler. While it has
    sockets, its io_context has work.

    @pre It outlives its sockets, and its io_context runs no more when it goes.
    @par Threads  that of its io_context only
*/
class ready_set {
public:
    /// @throws boost::system::system_error
    explicit ready_set(boost::asio::io_context& io);

    io_executor executor() { return reports_.get_executor(); }

private:
    friend class ready_socket;

    static constexpr std::size_t batch_sockets = 64;

    void add(ready_socket& one);
    void remove(const ready_socket& one) noexcept;
    void watch();
    void take_reports();

    boost::asio::posix::basic_stream_descriptor<io_executor> reports_;
    std::array<epoll_event, batch_sockets> batch_ = {};
    std::span<epoll_event> untold_;  ///< of the batch
    std::size_t sockets_ = 0;
    bool watching_ = false;
};

/** A connected socket that is read from and written to without waiting, and waited for apart from
    that.

    It is taken for drained when a read does not fill the space it has, and for full when a write
    leaves something: the kernel reports what changes after that, so no call is made only to be told
    that there is nothing. (Urgent data, at which a read ends early, would wait for what follows
   it.)

    @par Threads  that of the set's io_context only
*/
class ready_socket {
public:
    /// @param peer  which does not block
    /// @throws boost::system::system_error
    ready_socket(descriptor&& peer, ready_set& home);
    ready_socket(const ready_socket&) = delete;
    ready_socket& operator=(const ready_socket&) = delete;
    ~ready_socket() { home_.remove(*this); }

    /// Whether reading is worth a try. A read of nothing clears it where more may come, only then.
    bool readable() const noexcept { return readable_; }

    /// The same for writing.
    bool writable() const noexcept { return writable_; }

    /// Whether a read has met the end that the client set.
    bool ended() const noexcept { return ended_; }

    /// Whether the connection has broken, or both sides have ended it.
    bool broken() const noexcept { return broken_; }

    /// Reads what there is. @pre `into` has room.
    std::size_t read(std::span<char> into) noexcept;

    /// Writes what the kernel takes of both, one after the other.
    std::size_t write(std::string_view first, std::string_view second = {}) noexcept;

    /// Completes, with `void()`, when readable(), or when cancelled. One wait at a time, whatever
    /// for.
    template <class CompletionToken>
    auto wait_readable(CompletionToken&& token) {
        return wait(&ready_socket::readable_, std::forward<CompletionToken>(token));
    }

    /// The same for writable().
    template <class CompletionToken>
    auto wait_writable(CompletionToken&& token) {
        return wait(&ready_socket::writable_, std::forward<CompletionToken>(token));
    }

    /// The same for broken().
    template <class CompletionToken>
    auto wait_broken(CompletionToken&& token) {
        return wait(&ready_socket::broken_, std::forward<CompletionToken>(token));
    }

    /// Ends a wait, by a post.
    void cancel() noexcept;

    /// How much of what was written the other side has not taken yet.
    std::size_t untaken() const noexcept;

    /// Sends what is left to send, and the end.
    void finish_writing() noexcept;

    /// Reads and writes come to nothing from here on, and waits end.
    void close() noexcept;

    /// The same, where the client is to see that this was not the end in order.
    void reset() noexcept;

    io_executor executor() { return home_.executor(); }

private:
    friend class ready_set;

    template <class CompletionToken>
    auto wait(bool ready_socket::*what, CompletionToken&& token) {
        return boost::asio::async_initiate<CompletionToken, void()>(
            [this, what](auto handler) {
                waiter_.hold(std::move(handler));
                awaited_ = what;
                if (this->*what) waiter_.post();  // those who wait already go first
            },
            token
        );
    }

    std::size_t count(ssize_t result, bool& ready) noexcept;
    void report(std::uint32_t events);

    descriptor peer_;
    ready_set& home_;
    async::held_handler waiter_;
    bool ready_socket::*awaited_ = nullptr;
    bool readable_ = false;
    bool writable_ = true;
    bool hung_up_ = false;  ///< there is an end to read, behind whatever comes before it
    bool ended_ = false;
    bool broken_ = false;
};

}  // namespace memstore::net
