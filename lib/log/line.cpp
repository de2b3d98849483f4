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

/// Whether UTF-8 begins with a control character from U+0080 to U+009F. Terminals heed them, too.
bool begins_with_c1(std::string_view text) noexcept {
    return text.size() > 1 && text[0] == '\xc2' && static_cast<unsigned char>(text[1]) < 0xA0;
}

bool has_c1(std::string_view text) noexcept {
    for (std::size_t at = text.find('\xc2'); at != std::string_view::npos;) {
        if (begins_with_c1(text.substr(at))) return true;
        at = text.find('\xc2', at + 1);
    }
    return false;
}

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

/// @param character  in UTF-8, or a byte that is not
using escape_character = void (*)(std::string& out, std::string_view character);

void c_escape(std::string& out, std::string_view character) {
    for (const char c : character) {
        fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(c));
    }
}

void json_escape(std::string& out, std::string_view character) {
    constexpr unsigned replacement = 0xFFFD;
    const auto last = static_cast<unsigned char>(character.back());
    const bool valid = last < 0x80 || begins_with_c1(character);
    fmt::format_to(std::back_inserter(out), "\\u{:04x}", valid ? last : replacement);
}

/// Appends `text`, with control characters and the bytes of what is not UTF-8 by `escape`.
void append_escaped(std::string& out, std::string_view text, escape_character escape) {
    const bool utf8 = base::is_utf8(text);
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto byte = static_cast<unsigned char>(text[at]);
        if (const auto known = short_escape(text[at]); !known.empty()) {
            out += known;
        } else if (control(byte) || (byte >= 0x80 && !utf8)) {
            escape(out, text.substr(at, 1));
        } else if (begins_with_c1(text.substr(at))) {
            escape(out, text.substr(at, 2));
            ++at;
        } else {
            out += text[at];
        }
    }
}

void append_quoted(std::string& out, std::string_view text, escape_character escape) {
    out += '"';
    append_escaped(out, text, escape);
    out += '"';
}

bool stands_bare(std::string_view text) noexcept {
    const auto bare = [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return !control(byte) && c != ' ' && c != '"' && c != '\\' && c != '=';
    };
    return !text.empty() && std::all_of(text.begin(), text.end(), bare) && base::is_utf8(text) &&
           !has_c1(text);
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
