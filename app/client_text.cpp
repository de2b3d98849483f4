#include "app/client_text.hpp"

#include "log/line.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace memstore::app {
namespace {

bool is_number(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789.") == std::string_view::npos;
}

void append_cell(std::string& line, const std::string& text, std::size_t width, bool is_last) {
    const std::string padding(width - std::min(width, text.size()), ' ');
    if (is_number(text)) {
        line += padding + text;
    } else {
        line += text;
        if (!is_last) line += padding;
    }
    if (!is_last) line += "  ";
}

}  // namespace

std::string table_text(const std::vector<table_row>& rows) {
    std::vector<std::size_t> widths;
    for (const table_row& row : rows) {
        widths.resize(std::max(widths.size(), row.size()), 0);
        for (std::size_t at = 0; at < row.size(); ++at) {
            widths[at] = std::max(widths[at], row[at].size());
        }
    }
    std::string text;
    for (const table_row& row : rows) {
        std::string line;
        for (std::size_t at = 0; at < row.size(); ++at) {
            append_cell(line, row[at], widths[at], at + 1 == row.size());
        }
        text += line + '\n';
    }
    return text;
}

std::string cell_text(std::string_view text, std::size_t width) {
    constexpr std::string_view more = "...";
    // Escaping makes nothing shorter: what is behind these bytes cannot be seen anyway.
    std::string shown = line_text(text.substr(0, width + 4));
    if (shown.size() <= width) return shown;
    std::size_t end = width - more.size();
    while (end > 0 && (static_cast<unsigned char>(shown[end]) & 0xC0U) == 0x80U) --end;
    return shown.substr(0, end).append(more);
}

std::string line_text(std::string_view text) {
    std::string line;
    for (;;) {
        const std::size_t quote = text.find('"');
        line += log::escaped(text.substr(0, quote));
        if (quote == std::string_view::npos) return line;
        line += '"';
        text.remove_prefix(quote + 1);
    }
}

std::string visible_json(std::string_view text) {
    constexpr char del = '\x7f';
    constexpr char before_c1 = '\xc2';
    std::string shown;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto next = static_cast<unsigned char>(at + 1 < text.size() ? text[at + 1] : 0);
        if (text[at] == del) {
            shown += "\\u007f";
        } else if (text[at] == before_c1 && next >= 0x80 && next < 0xA0) {
            shown += next < 0x90 ? "\\u008" : "\\u009";
            shown += "0123456789abcdef"[next % 16];
            ++at;
        } else {
            shown += text[at];
        }
    }
    return shown;
}

std::string shell_word(std::string_view text) {
    constexpr std::string_view plain =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-./:,@%+";
    if (!text.empty() && text.find_first_not_of(plain) == std::string_view::npos) {
        return std::string{text};
    }
    std::string word = "'";
    for (const char c : text) {
        if (c == '\'') {
            word += R"('\'')";
        } else {
            word += c;
        }
    }
    return word + "'";
}

std::string bytes_text(std::uint64_t bytes) {
    constexpr std::array<std::string_view, 4> units{"KiB", "MiB", "GiB", "TiB"};
    if (bytes < 1024) return std::to_string(bytes) + " B";
    auto amount = static_cast<double>(bytes) / 1024;
    std::size_t unit = 0;
    for (; amount >= 1024 && unit + 1 < units.size(); ++unit) amount /= 1024;
    return decimal_text(amount, 1).append(" ").append(units[unit]);
}

std::string decimal_text(double number, int digits) {
    std::array<char, 400> text{};
    const auto [end, failed] = std::to_chars(
        text.data(),
        text.data() + text.size(),
        number,
        std::chars_format::fixed,
        digits
    );
    return failed == std::errc{} ? std::string{text.data(), end} : "?";
}

}  // namespace memstore::app
