#include "log/line.hpp"

#include "base/utf8.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iterator>

namespace memstore::log {
namespace {

bool control(unsigned char c) noexcept { return c < 0x20 || c == 0x7F; }

void append_time(std::string& out, base::moment when) {
    const auto day = std::chrono::floor<std::chrono::days>(when);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss time{when - day};
    fmt::format_to(
        std::back_inserter(out),
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
        static_cast<int>(date.year()),
        static_cast<unsigned>(date.month()),
        static_cast<unsigned>(date.day()),
        time.hours().count(),
        time.minutes().count(),
        time.seconds().count(),
        time.subseconds().count()
    );
}

std::string_view short_escape(char c) noexcept {
    switch (c) {
    case '"': return "\\\"";
    case '\\': return "\\\\";
    case '\n': return "\\n";
    case '\r': return "\\r";
    case '\t': return "\\t";
    default: return {};
    }
}

using escape_byte = void (*)(std::string& out, unsigned char byte);

void c_escape(std::string& out, unsigned char byte) {
    fmt::format_to(std::back_inserter(out), "\\x{:02x}", byte);
}

void json_escape(std::string& out, unsigned char byte) {
    constexpr unsigned replacement = 0xFFFD;
    const unsigned code_point = byte < 0x80 ? byte : replacement;
    fmt::format_to(std::back_inserter(out), "\\u{:04x}", code_point);
}

/// Appends `text`, with control characters and the bytes of what is not UTF-8 by `escape`.
void append_escaped(std::string& out, std::string_view text, escape_byte escape) {
    const bool utf8 = base::is_utf8(text);
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (const auto known = short_escape(c); !known.empty()) {
            out += known;
        } else if (control(byte) || (byte >= 0x80 && !utf8)) {
            escape(out, byte);
        } else {
            out += c;
        }
    }
}

void append_quoted(std::string& out, std::string_view text, escape_byte escape) {
    out += '"';
    append_escaped(out, text, escape);
    out += '"';
}

bool stands_bare(std::string_view text) noexcept {
    const auto bare = [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return !control(byte) && c != ' ' && c != '"' && c != '\\' && c != '=';
    };
    return !text.empty() && std::all_of(text.begin(), text.end(), bare) && base::is_utf8(text);
}

struct text_value {
    std::string& out;

    void operator()(std::string_view text) const {
        if (stands_bare(text)) {
            out += text;
        } else {
            append_quoted(out, text, c_escape);
        }
    }
    template <class Plain>
    void operator()(Plain value) const {
        fmt::format_to(std::back_inserter(out), "{}", value);
    }
};

struct json_value {
    std::string& out;

    void operator()(std::string_view text) const { append_quoted(out, text, json_escape); }
    void operator()(double value) const {
        if (std::isfinite(value)) {
            fmt::format_to(std::back_inserter(out), "{}", value);
        } else {
            out += "null";
        }
    }
    template <class Plain>
    void operator()(Plain value) const {
        fmt::format_to(std::back_inserter(out), "{}", value);
    }
};

}  // namespace

std::string_view name_of(level severity) noexcept {
    switch (severity) {
    case level::debug: return "debug";
    case level::info: return "info";
    case level::warn: return "warn";
    case level::error: return "error";
    case level::off: break;
    }
    return "off";
}

std::string escaped(std::string_view text) {
    std::string out;
    append_escaped(out, text, c_escape);
    return out;
}

std::string quoted(std::string_view text) {
    std::string out;
    append_quoted(out, text, c_escape);
    return out;
}

void append_text_line(
    std::string& out,
    base::moment when,
    level severity,
    std::string_view event,
    std::span<const field> facts
) {
    append_time(out, when);
    out.append(" ").append(name_of(severity)).append(" ").append(event);
    for (const field& fact : facts) {
        out.append(" ").append(fact.name).append("=");
        std::visit(text_value{out}, fact.value);
    }
}

void append_json_line(
    std::string& out,
    base::moment when,
    level severity,
    std::string_view event,
    std::span<const field> facts
) {
    out += R"({"time":")";
    append_time(out, when);
    out.append(R"(","level":")").append(name_of(severity)).append(R"(","event":)");
    append_quoted(out, event, json_escape);
    for (const field& fact : facts) {
        out += ',';
        append_quoted(out, fact.name, json_escape);
        out += ':';
        std::visit(json_value{out}, fact.value);
    }
    out += '}';
}

}  // namespace memstore::log
