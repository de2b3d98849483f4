#pragma once

#include "auth/keyring.hpp"
#include "http/body_budget.hpp"
#include "http/rate_limits.hpp"
#include "http/readiness.hpp"
#include "http/request_ids.hpp"
#include "http/router.hpp"
#include "http/settings.hpp"
#include "http/slow_log.hpp"
#include "net/session_group.hpp"
#include "service/transaction_service.hpp"

#include <atomic>

namespace memstore::http {

/// What the sessions of a server have in common. It outlives them.
struct site {
    settings options;
    service::transaction_service& engine;
    body_budget& bodies;
    rate_limits& rates;
    slow_log& slow;
    request_ids& ids;
    net::session_group& watches;  ///< those that are open
    router routes;
    const auth::keyring* tokens = nullptr;  ///< nullptr: everybody may do anything
    readiness ready = {};
    std::atomic<bool> draining = false;  ///< no new connection is taken; readiness says so
};

}  // namespace memstore::http
