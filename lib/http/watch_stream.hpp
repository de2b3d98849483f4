#pragma once

#include "http/answer_stream.hpp"
#include "http/event_text.hpp"
#include "net/session_group.hpp"
#include "service/snapshot_service.hpp"
#include "service/watch_service.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

namespace memstore::http {

/** A watch as server-sent events: one a commit, as soon as there is one, and in silence, every so
    often, how far that reaches. It goes on until the client leaves, is overrun, or the server
   stops.

    It may begin with what is there, which holds a snapshot until all of that has been sent.

    @par Threads  the session's
*/
class watch_stream final : public answer_stream,
                           private service::commit_visitor,
                           private service::snapshot_visitor,
                           private service::watch::waiter {
public:
    /// @param place  that it takes among all
    /// @param silence  how long to say nothing
    watch_stream(
        std::unique_ptr<service::watch> what,
        net::session_group::ticket place,
        std::chrono::milliseconds silence
    ) noexcept
        : place_(std::move(place)),
          silence_(silence),
          behind_(what->began_behind()),
          watch_(std::move(what)) {}

    /// Before it begins: has it show what is there first, and then what is committed behind that.
    /// @param present  not older than where the watch began
    void show_first(std::unique_ptr<service::snapshot> present, std::string prefix) noexcept;

    void begin(net::waker& wake) override;
    step fill(std::string& out, bool leaving) override;
    bool endless() const noexcept override { return true; }

private:
    step show_present(std::string& out);
    step show_commits(std::string& out);
    void visit(const service::snapshot_entry& next) override;
    void visit(const service::commit& next) override;
    void resume() noexcept override { wake_->wake(); }

    net::session_group::ticket place_;
    const std::chrono::milliseconds silence_;
    net::waker* wake_ = nullptr;
    net::connection::moment progress_due_;
    bool begun_ = false;
    std::string* out_ = nullptr;       ///< where commits go, while they are asked for
    snapshot_event* event_ = nullptr;  ///< where entries go, while they are
    std::string prefix_;
    std::unique_ptr<service::snapshot> present_;  ///< nothing: that was sent, or not asked for
    std::unique_ptr<service::snapshot_scan> scan_;
    std::uint64_t behind_;                   ///< what is committed up to here is not shown
    std::unique_ptr<service::watch> watch_;  ///< goes first: from then on nobody resumes
};

}  // namespace memstore::http
