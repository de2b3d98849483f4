#include "http/field_block.hpp"

#include "base/ascii.hpp"

#include <algorithm>
#include <cstddef>

namespace memstore::http {
namespace {

constexpr std::string_view space = " \t";

std::string_view without_space_around(std::string_view text) noexcept {
    text.remove_prefix(std::min(text.find_first_not_of(space), text.size()));
    return text.substr(0, text.find_last_not_of(space) + 1);
}

/// Takes lines from `rest` up to one of that name. @return its value; nothing where none is left
std::optional<std::string_view> take(std::string_view& rest, std::string_view name) noexcept {
    while (!rest.empty()) {
        const std::string_view line = rest.substr(0, rest.find("\r\n"));
        rest.remove_prefix(std::min(line.size() + 2, rest.size()));
        if (line.size() <= name.size() || line[name.size()] != ':') continue;
        if (!base::same_ignoring_case(line.substr(0, name.size()), name)) continue;
        return without_space_around(line.substr(name.size() + 1));
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::string_view> field_block::find(std::string_view name) const noexcept {
    std::string_view rest = lines_;
    return take(rest, name);
}

std::optional<std::string> field_block::list(std::string_view name) const {
    std::string_view rest = lines_;
    std::optional<std::string> all;
    while (const auto value = take(rest, name)) {
        if (all) {
            all->append(", ").append(*value);
        } else {
            all.emplace(*value);
        }
    }
    return all;
}

}  // namespace memstore::http
