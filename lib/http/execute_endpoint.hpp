#pragma once

#include "async/one_shot_event.hpp"
#include "base/limits.hpp"
#include "http/answer_json.hpp"
#include "http/endpoint.hpp"
#include "http/transaction_json.hpp"
#include "service/transaction_service.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>

namespace memstore::http {

/** POST /v1/execute for one session: JSON to a transaction, its replies to JSON.

    @par Threads  the session's; accept(), take() and resume() in whichever thread answers
*/
class execute_endpoint final : public endpoint, private service::answer_sink {
public:
    execute_endpoint(const base::request_limits& limits, service::transaction_service& engine)
        : answer_bytes_max_(limits.answer_bytes), decoder_(limits), channel_(engine.open()) {}

    async::one_shot_event* answer(const request& asked, response& to) override;
    void trim() noexcept override { decoder_.trim(); }

private:
    result<void> decode(const request& asked);
    bool accept(const command::evaluation& evaluated) noexcept override;
    void take(const result<service::outcome>& answer) noexcept override;
    void resume() noexcept override;
    result<void> make_room(const executed& what) noexcept;
    executed seen(const command::evaluation& evaluated, std::uint64_t version) const noexcept;

    std::size_t answer_bytes_max_;
    request_decoder decoder_;
    std::unique_ptr<service::channel> channel_;
    async::one_shot_event answered_;
    response* to_ = nullptr;
};

}  // namespace memstore::http
