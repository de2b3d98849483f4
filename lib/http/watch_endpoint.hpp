#pragma once

#include "async/one_shot_event.hpp"
#include "base/error.hpp"
#include "http/endpoint.hpp"
#include "http/router.hpp"
#include "http/watch_stream.hpp"
#include "service/snapshot_service.hpp"
#include "service/watch_service.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace memstore::http {

/** GET and HEAD of /v1/watch: what is committed to the keys of a prefix, as server-sent events.

    @par Threads  the session's; it takes a snapshot in whichever thread gives it
*/
class watch_endpoint final : public endpoint, private service::snapshot_sink {
public:
    /// @param silence  how long a watch says nothing
    watch_endpoint(
        const site& whose,
        service::watch_service& commits,
        service::snapshot_service& present,
        std::chrono::milliseconds silence
    ) noexcept
        : site_(whose), commits_(commits), present_(present), silence_(silence) {}

    async::one_shot_event* answer(const request& asked, response& to) override;

private:
    void take(result<std::unique_ptr<service::snapshot>> taken) noexcept override;

    const site& site_;
    service::watch_service& commits_;
    service::snapshot_service& present_;
    const std::chrono::milliseconds silence_;
    async::one_shot_event taken_;
    std::unique_ptr<watch_stream> next_;  ///< waits for a snapshot,
    std::string prefix_;                  ///< to show what it has of these keys
    response* to_ = nullptr;
};

/// The route of it. @param commits,present  outlive the server
route watch_route(
    service::watch_service& commits,
    service::snapshot_service& present,
    std::chrono::milliseconds silence = std::chrono::seconds{15}
);

}  // namespace memstore::http
