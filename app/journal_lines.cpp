#include "app/journal_lines.hpp"

#include "base/base64.hpp"
#include "base/utf8.hpp"
#include "http/json_text.hpp"

#include <string_view>

namespace memstore::app {
namespace {

void append_bytes(std::string& out, std::string_view bytes) {
    if (base::is_utf8(bytes)) return http::append_json_string(out, bytes);
    out.append(R"({"base64":")");
    base::append_base64(out, bytes);
    out.append(R"("})");
}

std::string_view name_of(base::change_cause why) noexcept {
    switch (why) {
    case base::change_cause::client: return "client";
    case base::change_cause::expired: return "expired";
    case base::change_cause::evicted: return "evicted";
    }
    return "unknown";
}

void append_change(std::string& out, const persist::effect& shown, std::uint64_t commit_version) {
    out.append(R"({"key":)");
    append_bytes(out, shown.key);
    if (shown.removed) {
        out.append(R"(,"value":null)");
        if (shown.cause == base::change_cause::client) return out.push_back('}');
        out.append(R"(,"cause":")").append(name_of(shown.cause)).append(R"("})");
        return;
    }
    out.append(R"(,"value":)");
    append_bytes(out, shown.value);
    if (shown.version != commit_version) {
        out.append(R"(,"version":)").append(std::to_string(shown.version));
    }
    if (shown.deadline != base::never) {
        const auto ms = shown.deadline.time_since_epoch().count();
        out.append(R"(,"expires_at_ms":)").append(std::to_string(ms));
    }
    out.push_back('}');
}

}  // namespace

void append_journal_line(
    std::string& out,
    std::uint64_t sequence,
    const persist::transaction& shown
) {
    out.append(R"({"sequence":)").append(std::to_string(sequence));
    out.append(R"(,"version":)").append(std::to_string(shown.version));
    out.append(R"(,"changes":[)");
    for (const persist::effect& each : shown.effects) {
        if (&each != shown.effects.data()) out.push_back(',');
        append_change(out, each, shown.version);
    }
    out.append("]}\n");
}

}  // namespace memstore::app
