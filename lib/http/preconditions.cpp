#include "http/preconditions.hpp"

#include "http/refusals.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <string>
#include <system_error>

namespace memstore::http {
namespace {

constexpr std::string_view between = " \t,";

bool can_be_in_tag(char c) noexcept {
    const auto byte = static_cast<unsigned char>(c);
    return byte > ' ' && byte != '"' && byte != 0x7f;
}

/// The version that a tag of ours names. Another's names none.
std::optional<std::uint64_t> version_of(std::string_view opaque) noexcept {
    std::uint64_t version = 0;
    const char* const end = opaque.data() + opaque.size();
    const auto [stopped, failed] = std::from_chars(opaque.data(), end, version);
    if (failed != std::errc{} || stopped != end || opaque.front() == '0') return std::nullopt;
    return version;
}

/// Takes a tag from the front of `rest` into `tags`. @return false where there is none
bool take_tag(std::string_view& rest, entity_tags& tags) {
    const bool weak = rest.starts_with("W/");
    if (weak) rest.remove_prefix(2);
    if (!rest.starts_with('"')) return false;
    const std::string_view opaque = rest.substr(1, rest.substr(1).find('"'));
    if (opaque.size() + 2 > rest.size()) return false;
    if (!std::all_of(opaque.begin(), opaque.end(), can_be_in_tag)) return false;
    rest.remove_prefix(opaque.size() + 2);
    if (const auto version = version_of(opaque)) {
        (weak ? tags.weak : tags.strong).push_back(*version);
    }
    return true;
}

std::optional<entity_tags> tags_of(std::string_view list) {
    entity_tags tags;
    std::size_t taken = 0;
    if (list == "*") {
        tags.any = true;
        return tags;
    }
    while (true) {
        const std::size_t gap = std::min(list.find_first_not_of(between), list.size());
        const bool separated =
            taken == 0 || list.substr(0, gap).find(',') != std::string_view::npos;
        list.remove_prefix(gap);
        if (list.empty()) break;
        if (!separated || !take_tag(list, tags)) return std::nullopt;
        ++taken;
    }
    if (taken == 0) return std::nullopt;
    return tags;
}

result<std::optional<entity_tags>> tags_in(const field_block& fields, std::string_view name) {
    const auto list = fields.list(name);
    if (!list) return std::optional<entity_tags>{};
    auto tags = tags_of(*list);
    if (tags) return tags;
    std::string what{name};
    what.append(" is a list of entity tags, as \"17\", or *");
    return bad_argument(std::move(what));
}

bool contains(const std::vector<std::uint64_t>& versions, std::uint64_t version) noexcept {
    return std::find(versions.begin(), versions.end(), version) != versions.end();
}

}  // namespace

bool entity_tags::match_strongly(std::uint64_t version) const noexcept {
    return version != 0 && (any || contains(strong, version));
}

bool entity_tags::match_weakly(std::uint64_t version) const noexcept {
    return match_strongly(version) || (version != 0 && contains(weak, version));
}

preconditions::verdict preconditions::judge(std::uint64_t version, bool reads) const noexcept {
    if (if_match && !if_match->match_strongly(version)) return verdict::failed;
    if (if_none_match && if_none_match->match_weakly(version)) {
        return reads ? verdict::not_modified : verdict::failed;
    }
    return verdict::hold;
}

result<preconditions> preconditions_of(const field_block& fields) {
    auto if_match = tags_in(fields, "If-Match");
    if (!if_match) return if_match.error();
    auto if_none_match = tags_in(fields, "If-None-Match");
    if (!if_none_match) return if_none_match.error();
    return preconditions{std::move(*if_match), std::move(*if_none_match)};
}

}  // namespace memstore::http
