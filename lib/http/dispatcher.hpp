#pragma once

#include "http/body_budget.hpp"
#include "http/execute_endpoint.hpp"
#include "http/request.hpp"
#include "http/response.hpp"
#include "http/router.hpp"
#include "http/settings.hpp"
#include "service/transaction_service.hpp"

#include <atomic>
#include <utility>

namespace memstore::http {

/// What the sessions of a server have in common. It outlives them.
struct site {
    settings options;
    service::transaction_service& engine;
    body_budget& bodies;
    std::atomic<bool> draining = false;  ///< no new connection is taken; readiness says so
};

/** Brings each request of one session to what answers it.

    @par Threads  the session's
*/
class dispatcher {
public:
    explicit dispatcher(const site& whose)
        : site_(whose), execute_(whose.options.limits, whose.engine) {}

    /// Judges `asked` by all but its body. @return its route; nullptr when it has been answered,
    /// with why there is none for it
    const route* find(const request& asked, response& to) const;

    /** Answers `asked` into `to`.

        @return true when that is done; false: both stay as they are until answered() completes
    */
    bool dispatch(const request& asked, response& to);

    template <class CompletionToken>
    auto answered(CompletionToken&& token) {
        return execute_.answered(std::forward<CompletionToken>(token));
    }

    /// Gives back what a large request needed. Only between requests.
    void trim() noexcept { execute_.trim(); }

private:
    bool admit_origin(const request& asked, response& to) const;
    bool serve(const route& found, const request& asked, response& to);
    void report_readiness(response& to) const;

    const site& site_;
    execute_endpoint execute_;
};

}  // namespace memstore::http
