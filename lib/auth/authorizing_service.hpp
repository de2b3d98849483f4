#pragma once

#include "service/transaction_service.hpp"

#include <memory>

namespace memstore::auth {

/** Passes on the transactions that their askers may run, and refuses all others, as a whole and
    before anything of them runs. Where nobody says who asks, nobody may do anything.

    @par Threads  as the service behind it
*/
class authorizing_service final : public service::transaction_service {
public:
    /// @param guarded  outlives it
    explicit authorizing_service(service::transaction_service& guarded) noexcept
        : guarded_(guarded) {}

    std::unique_ptr<service::channel> open() override;

private:
    service::transaction_service& guarded_;
};

}  // namespace memstore::auth
