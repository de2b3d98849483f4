#pragma once

#include "metrics/transaction_meter.hpp"
#include "service/transaction_service.hpp"

#include <memory>

namespace memstore::metrics {

/** Passes all transactions on, and counts them and what they came to.

    @par Threads  as the service behind it
*/
class measuring_service final : public service::transaction_service {
public:
    /// @param measured,meter  outlive it
    measuring_service(service::transaction_service& measured, transaction_meter& meter) noexcept
        : measured_(measured), meter_(meter) {}

    std::unique_ptr<service::channel> open() override;

private:
    service::transaction_service& measured_;
    transaction_meter& meter_;
};

}  // namespace memstore::metrics
