#include "http/refusal_json.hpp"

#include "http/json_text.hpp"

#include <cstdint>

namespace memstore::http {
namespace {

/// Those whose body is the text alone: clients compare it.
bool known_by_its_text(errc code) noexcept {
    return code == errc::malformed_json || code == errc::empty_request ||
           code == errc::unknown_command;
}

void append_text(std::string& out, std::string_view name, std::string_view value) {
    out.append(",\"").append(name).append("\":");
    append_json_string(out, value);
}

void append_number(std::string& out, std::string_view name, std::uint64_t value) {
    out.append(",\"").append(name).append("\":").append(std::to_string(value));
}

void append_violation(std::string& out, const limit_violation& violated) {
    append_number(out, "limit", violated.limit);
    append_number(out, "actual", violated.actual);
    if (!violated.option.empty()) append_text(out, "option", violated.option);
}

}  // namespace

void append_error(std::string& out, const refusal& refused) {
    out.append("{\"error\":");
    append_json_string(out, refused.what);
    if (!known_by_its_text(refused.code)) {
        append_text(out, "code", name_of(refused.code));
        if (refused.command) append_number(out, "command", *refused.command);
        if (!refused.branch.empty()) append_text(out, "branch", refused.branch);
    }
    if (refused.violated) append_violation(out, *refused.violated);
    out.push_back('}');
}

void append_error(std::string& out, const refusal& refused, const import_progress& progress) {
    append_error(out, refused.what, name_of(refused.code), refused.violated);
    out.pop_back();
    if (progress.line) append_number(out, "line", *progress.line);
    append_number(out, "imported", progress.imported);
    out.push_back('}');
}

void append_error(
    std::string& out,
    std::string_view text,
    std::string_view code,
    const std::optional<limit_violation>& violated
) {
    out.append("{\"error\":");
    append_json_string(out, text);
    append_text(out, "code", code);
    if (violated) append_violation(out, *violated);
    out.push_back('}');
}

void append_held_versions(std::string& error, std::uint64_t oldest, std::uint64_t latest) {
    error.pop_back();
    append_number(error, "oldest", oldest);
    append_number(error, "latest", latest);
    error.push_back('}');
}

}  // namespace memstore::http
