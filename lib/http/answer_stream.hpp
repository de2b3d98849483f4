#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace memstore::async {
class one_shot_event;
}

namespace memstore::net {
class waker;
}

namespace memstore::http {

/** The body of an answer that is made while it is sent, as fast as the client takes it.

    It goes when its answer is over: all sent, or the client gone. Then nobody may wake() any more.

    @par Threads  the session's
*/
class answer_stream {
public:
    /// How much to append at a time, where there is as much: enough to be worth a write.
    static constexpr std::size_t piece_bytes = 65'536;

    enum class state : std::uint8_t {
        flowing,  ///< there is more, or may be
        quiet,    ///< nothing for now: asked again when woken, or at a moment of its choice
        waiting,  ///< the engine is at it, and cannot be left: asked again when that is done
        ended,    ///< that was all
        broken,   ///< that was not all, and more will not come: the client is to notice
    };

    struct step {
        state now = state::flowing;
        std::chrono::steady_clock::time_point until =
            std::chrono::steady_clock::time_point::max();  ///< how long to stay quiet
        async::one_shot_event* done = nullptr;             ///< what to wait for
    };

    virtual ~answer_stream() = default;

    /// Called first. @param wake  lets any thread end the quiet, for as long as the stream is there
    virtual void begin(net::waker& wake) = 0;

    /** Appends what comes next: a piece, or one thing that cannot be divided, or nothing.

        @param out  holds other things already, which are to stay
        @param leaving  the server stops: a stream without an end says its last word and ends
    */
    virtual step fill(std::string& out, bool leaving) = 0;

    /// Whether it goes on until the client has had enough: then a client that ends its half has.
    virtual bool endless() const noexcept = 0;
};

}  // namespace memstore::http
