#include "http/event_text.hpp"

#include "http/answer_json.hpp"

namespace memstore::http {
namespace {

/// Long enough for a server to restart behind it, and not felt by people. Browsers wait three
/// seconds and more where they are not told.
constexpr std::string_view retry_field = "retry: 1000\n";

void append_id(std::string& out, std::uint64_t version) {
    out.append("id: ").append(std::to_string(version)).append("\n");
}

/// Up to where other members of the data may follow.
void append_begin(std::string& out, std::string_view kind, std::uint64_t version) {
    out.append("event: ").append(kind).append("\ndata: {\"version\":");
    out.append(std::to_string(version));
}

/// With its name and value; nothing where nobody need be told.
std::string_view cause_member(base::change_cause cause) noexcept {
    switch (cause) {
    case base::change_cause::client: return {};
    case base::change_cause::expired: return ",\"cause\":\"expired\"";
    case base::change_cause::evicted: return ",\"cause\":\"evicted\"";
    }
    return {};
}

/// With what stands before it in the list of changes.
void append_change(std::string& out, bool first, const service::change& one) {
    out.append(first ? ",\"changes\":[{\"key\":" : ",{\"key\":");
    append_bytes(out, one.key);
    out.append(",\"value\":");
    if (one.value) {
        append_bytes(out, *one.value);
    } else {
        out.append("null");
    }
    out.append(cause_member(one.cause)).append("}");
}

}  // namespace

void append_event_prelude(std::string& out, std::optional<std::uint64_t> version) {
    out.append(retry_field);
    if (version) append_id(out, *version);
    out.append("\n");
}

void append_commit_event(std::string& out, const service::commit& next) {
    append_id(out, next.version);
    append_begin(out, "commit", next.version);
    for (const service::change& each : next.changes) {
        append_change(out, &each == next.changes.data(), each);
    }
    out.append("]}\n\n");
}

snapshot_event::snapshot_event(std::string& out, std::uint64_t version)
    : out_(out), version_(version), begin_(out.size()) {
    append_begin(out_, "snapshot", version);
}

void snapshot_event::add(std::string_view key, std::string_view value) {
    append_change(out_, empty_, {key, value, base::change_cause::client});
    empty_ = false;
}

/// One of nothing is there only as the last.
void snapshot_event::end(bool last) {
    if (empty_ && !last) return out_.resize(begin_);
    out_.append(empty_ ? ",\"changes\":[]" : "]");
    out_.append(last ? ",\"last\":true}\n" : "}\n");
    if (last) append_id(out_, version_);
    out_.append("\n");
}

void append_progress_event(std::string& out, std::uint64_t version) {
    append_begin(out, "progress", version);
    out.append("}\n\n");
}

void append_overrun_event(std::string& out, std::uint64_t version) {
    append_begin(out, "overrun", version);
    out.append("}\n\n");
}

}  // namespace memstore::http
