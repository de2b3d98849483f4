#pragma once

#include "async/one_shot_event.hpp"
#include "http/endpoint.hpp"
#include "http/identity.hpp"
#include "http/rate_gate.hpp"
#include "http/request.hpp"
#include "http/request_meter.hpp"
#include "http/response.hpp"
#include "http/router.hpp"
#include "http/site.hpp"

#include <chrono>
#include <memory>
#include <vector>

namespace memstore::http {

/** Brings each request of one session to what answers it.

    @par Threads  the session's
*/
class dispatcher {
public:
    /// @param from  where the session's client is
    dispatcher(const site& whose, net::client_network from, request_meter& meter)
        : site_(whose),
          latest_(whose.routes.actions()),
          rates_(whose.rates, from, meter),
          client_(whose.tokens),
          endpoints_(whose.routes.actions()) {}

    /// Judges `asked` by all but its body, before it is dispatched. @return false when it has been
    /// answered, with why it is in vain
    bool admit(request& asked, response& to);

    /** Fills in whose `asked` is, and answers it into `to`.

        @return nullptr when that is done; otherwise what happens when it is: until then both stay
          as they are
    */
    async::one_shot_event* dispatch(request& asked, response& to);

    /// Makes what takes the body of `asked`, whose action takes it in pieces; nullptr when it has
    /// been answered, with why it is in vain.
    std::unique_ptr<body_sink> open(request& asked, response& to);

    /// Lets the page that asked read an answer that is none of a route's, if it may read any.
    void admit_reader(const request& asked, response& to) const;

    /// The number of the action that the latest request was for; that of all of them where it was
    /// for none.
    std::size_t latest_action() const noexcept { return latest_; }

    /// Before a request, which may never be dispatched. @param now  when it was there
    void begin(std::chrono::steady_clock::time_point now) noexcept {
        latest_ = endpoints_.size();
        now_ = now;
    }

    /// Gives back what a large request needed. Only between requests.
    void trim() noexcept;

private:
    const route* find(request& asked, response& to);
    const route* find_once(request& asked, response& to);
    bool admit_asker(const route* found, request& asked, response& to);
    bool admit_caller(request& asked, response& to);
    bool admit_page(const request& asked, response& to) const;
    endpoint& endpoint_of(const action& one);

    const site& site_;
    std::size_t latest_;
    std::chrono::steady_clock::time_point now_ = {};
    rate_gate rates_;
    bool counted_ = false;  ///< what rates say of the present request is known
    identity client_;
    std::vector<std::unique_ptr<endpoint>> endpoints_;  ///< by action; made when first asked
};

}  // namespace memstore::http
