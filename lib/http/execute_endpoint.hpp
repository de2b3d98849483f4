#pragma once

#include "base/limits.hpp"
#include "http/answer_json.hpp"
#include "http/transaction_endpoint.hpp"
#include "http/transaction_json.hpp"

#include <cstddef>
#include <cstdint>

namespace memstore::http {

/// POST /v1/execute for one session: JSON to a transaction, its replies to JSON.
class execute_endpoint final : public transaction_endpoint {
public:
    execute_endpoint(const base::request_limits& limits, service::transaction_service& engine)
        : transaction_endpoint(limits.answer_bytes, engine), decoder_(limits) {}

    async::one_shot_event* answer(const request& asked, response& to) override;
    void trim() noexcept override { decoder_.trim(); }

private:
    result<void> decode(const request& asked);
    std::size_t body_bytes(const command::evaluation& evaluated) const noexcept override;
    void write(const service::outcome& what, response& to) const noexcept override;
    executed seen(const command::evaluation& evaluated, std::uint64_t version) const noexcept;

    request_decoder decoder_;
};

}  // namespace memstore::http
