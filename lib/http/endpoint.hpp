#pragma once

#include "http/request.hpp"
#include "http/response.hpp"

namespace memstore::async {
class one_shot_event;
}

namespace memstore::http {

/** Answers the requests of a route for one session, one at a time.

    @par Threads  the session's
*/
class endpoint {
public:
    virtual ~endpoint() = default;

    /** Answers `asked`, whose body is whole, into `to`, which is an empty 200.

        @return nullptr when that is done; otherwise what happens when it is: until then both stay
          as they are
    */
    virtual async::one_shot_event* answer(const request& asked, response& to) = 0;

    /// Gives back what a large request needed. Only between requests.
    virtual void trim() noexcept {}
};

}  // namespace memstore::http
