#include "app/option_kinds.hpp"

#include <boost/algorithm/string/case_conv.hpp>
#include <boost/algorithm/string/classification.hpp>
#include <boost/algorithm/string/split.hpp>
#include <boost/algorithm/string/trim.hpp>

#include <cctype>

namespace memstore::app::kind {
namespace {

std::vector<std::string> comma_separated(std::span<const std::string> texts) {
    std::vector<std::string> items;
    for (const std::string& one : texts) {
        std::vector<std::string> parts;
        boost::algorithm::split(parts, one, boost::algorithm::is_any_of(","));
        for (std::string& part : parts) {
            boost::algorithm::trim(part);
            if (!part.empty()) items.push_back(std::move(part));
        }
    }
    return items;
}

/// Whether a browser may send it as Origin: scheme and authority, no path; or `null`.
bool is_origin(std::string_view text) {
    if (text == "null") return true;
    const std::size_t colon = text.find("://");
    if (colon == std::string_view::npos || colon == 0) return false;
    const auto authority = text.substr(colon + 3);
    const auto allowed = [](unsigned char c) {
        return std::isgraph(c) != 0 &&
               std::string_view{"/?#@*"}.find(static_cast<char>(c)) == std::string_view::npos;
    };
    return !authority.empty() && std::all_of(authority.begin(), authority.end(), allowed);
}

}  // namespace

std::optional<std::vector<std::string>> parse_origins(std::span<const std::string> given) {
    auto items = comma_separated(given);
    if (!std::all_of(items.begin(), items.end(), is_origin)) return std::nullopt;
    for (std::string& item : items) boost::algorithm::to_lower(item);  // as browsers send it
    return items;
}

}  // namespace memstore::app::kind
