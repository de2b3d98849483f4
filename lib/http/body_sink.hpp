#pragma once

#include "http/response.hpp"

#include <cstddef>
#include <string_view>

namespace memstore::async {
class one_shot_event;
}

namespace memstore::http {

/** Takes the body of one request in pieces, as they arrive, and answers it.

    Nothing is read on while it is busy. It goes when it has answered, or the rest of the body will
    not come: what it has done by then is done.

    @par Threads  the session's
*/
class body_sink {
public:
    struct step {
        std::size_t taken = 0;  ///< how much of the piece; the rest is offered again
        async::one_shot_event* done = nullptr;  ///< what to wait for before
        bool answered = false;                  ///< nothing more is to come: `to` says why
    };

    virtual ~body_sink() = default;

    /** Takes from the front of `piece`, which stays until it is taken.

        After a wait it is offered what is left, be it nothing. Without one it takes something, or
        has answered.
    */
    virtual step take(std::string_view piece, response& to) = 0;

    /// The body has ended. @return nullptr when `to` answers it; otherwise what to wait for before
    /// this is called again
    virtual async::one_shot_event* finish(response& to) = 0;
};

}  // namespace memstore::http
