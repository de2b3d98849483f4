#pragma once

#include <cstddef>
#include <string_view>

namespace memstore::http {

/// A member that a JSON object may have.
template <class Slot>
struct member {
    std::string_view name;
    std::string_view expectation;  ///< how an error goes on after the name
    Slot value;                    ///< what it fills in
};

/// @return nullptr where none has that name
template <class Slot, std::size_t Count>
constexpr const member<Slot>* find_member(
    const member<Slot> (&all)[Count],
    std::string_view name
) noexcept {
    for (const member<Slot>& known : all) {
        if (known.name == name) return &known;
    }
    return nullptr;
}

/// @pre There is one for `value`.
template <class Slot, std::size_t Count>
constexpr const member<Slot>& member_of(const member<Slot> (&all)[Count], Slot value) noexcept {
    std::size_t at = 0;
    while (all[at].value != value) ++at;
    return all[at];
}

}  // namespace memstore::http
