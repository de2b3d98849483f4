#include "app/value_text.hpp"

#include <boost/algorithm/string/predicate.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <span>

namespace memstore::app {
namespace {

struct unit {
    std::string_view name;
    std::uint64_t factor;
};

constexpr std::uint64_t kibi = 1024;
constexpr std::uint64_t mebi = 1024 * kibi;
constexpr std::uint64_t gibi = 1024 * mebi;

constexpr std::array size_units{
    unit{"", 1},
    unit{"k", kibi},
    unit{"KiB", kibi},
    unit{"m", mebi},
    unit{"MiB", mebi},
    unit{"g", gibi},
    unit{"GiB", gibi},
};

constexpr std::array duration_units{
    unit{"", 1000},
    unit{"ms", 1},
    unit{"s", 1000},
    unit{"m", 60'000},
    unit{"h", 3'600'000},
};

std::optional<std::uint64_t> parse_with_unit(
    std::string_view text,
    std::span<const unit> units
) noexcept {
    const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
    const auto number = parse_number(text.substr(0, digits));
    const auto name = text.substr(digits);
    const auto found = std::find_if(units.begin(), units.end(), [name](const unit& candidate) {
        return boost::algorithm::iequals(candidate.name, name);
    });
    if (!number || found == units.end()) return std::nullopt;
    if (*number > std::numeric_limits<std::uint64_t>::max() / found->factor) return std::nullopt;
    return *number * found->factor;
}

}  // namespace

std::optional<std::uint64_t> parse_number(std::string_view text) noexcept {
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::optional<std::uint64_t> parse_size(std::string_view text) noexcept {
    return parse_with_unit(text, size_units);
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) noexcept {
    using rep = std::chrono::milliseconds::rep;
    const auto count = parse_with_unit(text, duration_units);
    if (!count || *count > static_cast<std::uint64_t>(std::numeric_limits<rep>::max())) {
        return std::nullopt;
    }
    return std::chrono::milliseconds{static_cast<rep>(*count)};
}

std::optional<bool> parse_boolean(std::string_view text) noexcept {
    if (text == "true") return true;
    if (text == "false") return false;
    return std::nullopt;
}

std::string size_text(std::uint64_t bytes) {
    for (const unit& larger : {unit{"GiB", gibi}, unit{"MiB", mebi}, unit{"KiB", kibi}}) {
        if (bytes != 0 && bytes % larger.factor == 0) {
            return std::to_string(bytes / larger.factor).append(larger.name);
        }
    }
    return std::to_string(bytes);
}

std::string duration_text(std::chrono::milliseconds time) {
    const auto count = time.count();
    return count % 1000 == 0 ? std::to_string(count / 1000) + "s" : std::to_string(count) + "ms";
}

}  // namespace memstore::app
