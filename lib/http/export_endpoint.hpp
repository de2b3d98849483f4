#pragma once

#include "async/one_shot_event.hpp"
#include "base/error.hpp"
#include "http/endpoint.hpp"
#include "http/export_stream.hpp"
#include "http/router.hpp"
#include "service/snapshot_service.hpp"

#include <memory>
#include <string_view>

namespace memstore::http {

/** GET and HEAD of /v1/export: every key, as of one moment, in bytewise order, a line each.

    @par Threads  the session's; it takes a snapshot in whichever thread gives it
*/
class export_endpoint final : public endpoint, private service::snapshot_sink {
public:
    explicit export_endpoint(service::snapshot_service& of) noexcept : of_(of) {}

    async::one_shot_event* answer(const request& asked, response& to) override;

private:
    result<void> read(const request& asked);
    void take(result<std::unique_ptr<service::snapshot>> taken) noexcept override;

    service::snapshot_service& of_;
    async::one_shot_event taken_;
    std::unique_ptr<export_stream> next_;  ///< waits for its snapshot
    response* to_ = nullptr;
};

/// Its route. @param of  outlives the server
route export_route(service::snapshot_service& of);

}  // namespace memstore::http
