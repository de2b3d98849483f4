#pragma once

#include "app/option_table.hpp"
#include "app/value_text.hpp"

#include <boost/algorithm/string/join.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

/// The kinds of options that there are. Each makes an option of what people are told of it and of
/// `member`, which leads from the settings to its place.
namespace memstore::app::kind {

/// From the least to the most that is taken.
template <class Value>
struct range {
    Value least;
    Value most;
};

/// @param form  of its text, for an error
template <class Member, class Value, class Parse, class Show>
option bounded(
    description what,
    Member member,
    range<Value> bounds,
    std::string form,
    Parse parse,
    Show show
) {
    auto assign = [=](settings& to, std::span<const std::string> given) -> std::string {
        const auto value = parse(given.front());
        if (!value || *value < bounds.least || *value > bounds.most) {
            return "is not " + form + " from " + show(bounds.least) + " to " + show(bounds.most);
        }
        auto& place = std::invoke(member, to);
        place = static_cast<std::remove_reference_t<decltype(place)>>(*value);
        return {};
    };
    auto shown = [=](const settings& from) { return std::vector{show(std::invoke(member, from))}; };
    return {what, arity::one, assign, shown};
}

template <class Member>
option number(description what, Member member, range<std::uint64_t> bounds) {
    return bounded(what, member, bounds, "a whole number", parse_number, [](std::uint64_t value) {
        return std::to_string(value);
    });
}

/// The same, with 0 for `auto`.
template <class Member>
option number_or_auto(description what, Member member, range<std::uint64_t> bounds) {
    option row = number(what, member, bounds);
    row.assign = [=, parse = row.assign](settings& to, std::span<const std::string> given) {
        if (given.front() != "auto") return parse(to, given);
        std::invoke(member, to) = 0;
        return std::string{};
    };
    row.shown = [=, show = row.shown](const settings& from) {
        if (std::invoke(member, from) == 0) return std::vector<std::string>{"auto"};
        return show(from);
    };
    return row;
}

template <class Member>
option size(description what, Member member, range<std::uint64_t> bounds) {
    return bounded(what, member, bounds, "a size", parse_size, size_text);
}

template <class Member>
option duration(description what, Member member, range<std::chrono::milliseconds> bounds) {
    return bounded(what, member, bounds, "a duration", parse_duration, duration_text);
}

template <class Member>
option boolean(description what, Member member) {
    auto assign = [=](settings& to, std::span<const std::string> given) -> std::string {
        const auto value = parse_boolean(given.front());
        if (!value) return "is neither true nor false";
        std::invoke(member, to) = *value;
        return {};
    };
    auto shown = [=](const settings& from) {
        return std::vector<std::string>{std::invoke(member, from) ? "true" : "false"};
    };
    return {what, arity::flag, assign, shown};
}

/// @param names  of the enumeration's values, in their order
template <class Member>
option choice(description what, Member member, std::vector<std::string> names) {
    auto assign = [=](settings& to, std::span<const std::string> given) -> std::string {
        const auto found = std::find(names.begin(), names.end(), given.front());
        if (found == names.end()) return "is none of " + boost::algorithm::join(names, ", ");
        auto& place = std::invoke(member, to);
        place = static_cast<std::remove_reference_t<decltype(place)>>(found - names.begin());
        return {};
    };
    auto shown = [=](const settings& from) {
        return std::vector{names[static_cast<std::size_t>(std::invoke(member, from))]};
    };
    return {what, arity::one, assign, shown};
}

template <class Member>
option text(description what, Member member) {
    auto assign = [=](settings& to, std::span<const std::string> given) -> std::string {
        std::invoke(member, to) = given.front();
        return {};
    };
    auto shown = [=](const settings& from) {
        return std::vector<std::string>{std::invoke(member, from)};
    };
    return {what, arity::one, assign, shown};
}

/// A text that cannot be empty. @param objection  to one that is
template <class Member>
option filled_text(description what, Member member, std::string objection) {
    option row = text(what, member);
    row.assign = [=, store = row.assign](settings& to, std::span<const std::string> given) {
        return given.front().empty() ? objection : store(to, given);
    };
    return row;
}

template <class Member>
option host(description what, Member member) {
    return filled_text(what, member, "is not an address");
}

template <class Member>
option directory(description what, Member member) {
    return filled_text(what, member, "is not a directory");
}

/// Origins of a list as a browser sends them. @return nothing where one is none
std::optional<std::vector<std::string>> parse_origins(std::span<const std::string> given);

template <class Member>
option origins(description what, Member member) {
    auto assign = [=](settings& to, std::span<const std::string> given) -> std::string {
        auto items = parse_origins(given);
        if (!items) return "is not a list of origins such as https://example.com";
        std::invoke(member, to) = *std::move(items);
        return {};
    };
    auto shown = [=](const settings& from) { return std::invoke(member, from); };
    return {what, arity::many, assign, shown};
}

}  // namespace memstore::app::kind
