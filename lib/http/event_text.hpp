#pragma once

#include "service/watch_service.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace memstore::http {

// What a watch sends: server-sent events (WHATWG HTML, 9.2), their data one line of JSON each.
// Bytes that are not UTF-8 come as `{"base64": "..."}`.

/** Appends what a stream of events begins with, which a client is not shown: how soon to come back
    when the stream breaks, and behind which version to go on should it break before the first
    event.

    @param version  nothing: it is to begin anew then
*/
void append_event_prelude(std::string& out, std::optional<std::uint64_t> version);

/// Appends a `commit`, named by its version: `{"version", "changes": [{"key", "value" | null,
/// "cause"?}]}`.
void append_commit_event(std::string& out, const service::commit& next);

/** Appends a `snapshot`, a part of what is there as of a version: `{"version", "changes": [{"key",
    "value"}], "last"?}`. Only the last is named, by the version: who has not had all parts does not
    go on from there.
*/
class snapshot_event {
public:
    /// @param out  nothing else is appended to it until end()
    snapshot_event(std::string& out, std::uint64_t version);

    void add(std::string_view key, std::string_view value);
    void end(bool last);

private:
    std::string& out_;
    std::uint64_t version_;
    std::size_t begin_;  ///< in `out`
    bool empty_ = true;
};

/// Appends a `progress`, `{"version"}`: nothing at or below it is still to come.
void append_progress_event(std::string& out, std::uint64_t version);

/// Appends an `overrun`, `{"version"}`: what came after it was dropped before it was sent.
void append_overrun_event(std::string& out, std::uint64_t version);

}  // namespace memstore::http
