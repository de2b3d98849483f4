#pragma once

#include "net/ready_set.hpp"
#include "net/tls_server.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

struct bio_st;

namespace memstore::net {

/** TLS over a socket, at the server's side: what a ready_socket does, with the bytes that were
   meant.

    It never waits: where it cannot go on, it is the socket that is waited for.

    @par Threads  the socket's
*/
class tls_stream {
public:
    enum class shaken : std::uint8_t {
        done,
        wants_read,
        wants_write,
        plain,   ///< what the client says is no TLS
        broken,  ///< it was told so, where that went
    };

    /// @param under  outlives it
    /// @throws std::bad_alloc
    tls_stream(ready_socket& under, const tls_server& server);
    tls_stream(const tls_stream&) = delete;
    tls_stream& operator=(const tls_stream&) = delete;
    ~tls_stream() { finish(); }

    /// Goes on with the handshake. Until it is done there is nothing to read or write.
    shaken shake_hands() noexcept;

    /// Whether shake_hands() was done.
    bool open() const noexcept { return open_; }

    /// Reads what there is.
    std::size_t read(std::span<char> into) noexcept;

    /// Reads what came with something before it, and needs no socket.
    std::size_t read_held(std::span<char> into) noexcept;

    /// Writes what the kernel takes of both, one after the other. What it left must come first with
    /// the next call.
    std::size_t write(std::string_view first, std::string_view second = {}) noexcept;

    /// Whether nothing more will come.
    bool over() const noexcept { return ended_ || broken_; }

    /// Whether the client has ended its half.
    bool ended() const noexcept { return ended_; }

    /// Whether nothing can be written, either.
    bool broken() const noexcept { return broken_; }

    /// Says that nothing more will be written. @return false while there is no room for that: call
    /// it again when there is
    bool finish() noexcept;

private:
    friend struct socket_bio;

    std::size_t write_all(std::string_view bytes) noexcept;
    void end_read(int result) noexcept;
    int pull(bio_st* at, char* into, int size) noexcept;
    int push(bio_st* at, const char* from, int size) noexcept;

    ready_socket& socket_;
    ssl_handle ssl_;
    bool heard_ = false;  ///< the client has said something
    bool plain_ = false;
    bool open_ = false;
    bool finished_ = false;
    bool ended_ = false;
    bool broken_ = false;
};

}  // namespace memstore::net
