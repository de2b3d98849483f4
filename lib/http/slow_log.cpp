#include "http/slow_log.hpp"

#include "command/command_table.hpp"
#include "http/json_text.hpp"
#include "log/line.hpp"

#include <algorithm>
#include <utility>

namespace memstore::http {
namespace {

constexpr std::size_t keys_max = 8;
constexpr std::size_t key_bytes_max = 64;

/// What a command is about.
std::string_view subject_of(const command::command& one) noexcept {
    if (!one.what->spans) return one.key;
    return one.has(command::argument::prefix) ? one.prefix : one.start;
}

/// On one line, and UTF-8 whatever its bytes.
std::string cut_short(std::string_view key) {
    std::string text = log::escaped(key.substr(0, key_bytes_max));
    if (key.size() > key_bytes_max) text += "...";
    return text;
}

void append_text(std::string& out, std::string_view name, std::string_view text) {
    out.append("\"").append(name).append("\":");
    append_json_string(out, text);
}

template <class Number>
void append_number(std::string& out, std::string_view name, Number number) {
    out.append(",\"").append(name).append("\":").append(std::to_string(number));
}

void append_keys(std::string& out, const std::vector<std::string>& keys) {
    out.append(",\"keys\":[");
    for (const std::string& each : keys) {
        if (out.back() != '[') out += ',';
        append_json_string(out, each);
    }
    out += ']';
}

void append_entry(std::string& out, const slow_request& one) {
    out += '{';
    append_text(out, "id", one.id);
    append_number(out, "at_ms", one.answered.time_since_epoch().count());
    out += ',';
    append_text(out, "method", one.method);
    out += ',';
    append_text(out, "route", one.route);
    if (one.answer) {
        append_number(out, "status", static_cast<unsigned>(*one.answer));
    } else {
        out.append(",\"status\":null");
    }
    if (!one.error.empty()) {
        out += ',';
        append_text(out, "code", one.error);
    }
    append_number(out, "took_us", one.took.count());
    if (one.stages) {
        append_stages(out, *one.stages);
        append_number(out, "commands", one.commands);
        append_keys(out, one.keys);
    }
    out += '}';
}

}  // namespace

std::vector<std::string> first_keys(const command::transaction& what) {
    std::vector<std::string> keys;
    for (const command::command& each : what.commands) {
        if (keys.size() == keys_max) break;
        if (!each.implied) keys.push_back(cut_short(subject_of(each)));
    }
    return keys;
}

std::size_t commands_of(const command::transaction& what) noexcept {
    const auto& all = what.commands;
    const auto asked_for = [](const command::command& each) { return !each.implied; };
    return static_cast<std::size_t>(std::count_if(all.begin(), all.end(), asked_for));
}

void slow_log::add(slow_request one) {
    recorded_.fetch_add(1, std::memory_order_relaxed);
    const std::lock_guard lock{mutex_};
    if (entries_.size() == entries_max_) entries_.pop_back();
    entries_.push_front(std::move(one));
}

std::vector<slow_request> slow_log::entries() const {
    const std::lock_guard lock{mutex_};
    return {entries_.begin(), entries_.end()};
}

void slow_log::clear() {
    const std::lock_guard lock{mutex_};
    entries_.clear();
}

void append_slow_log(std::string& out, const slow_log& log) {
    out.append("{\"threshold_ms\":").append(std::to_string(log.threshold().count()));
    append_number(out, "recorded", log.recorded());
    out.append(",\"entries\":[");
    for (const slow_request& each : log.entries()) {
        if (out.back() != '[') out += ',';
        append_entry(out, each);
    }
    out.append("]}");
}

}  // namespace memstore::http
