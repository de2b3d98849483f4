#pragma once

#include "app/option_table.hpp"

#include <boost/system/result.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace memstore::app {

inline constexpr int status_bad_option = 2;
inline constexpr int status_unreadable = 1;

/// A mistake in what we were given, in one line for people: the option, the value and where it came
/// from.
struct option_error {
    std::string what;
    int exit_status = status_bad_option;
};

template <class T>
using checked = boost::system::result<T, option_error>;

/// What a source says of one option. For other than arity::many it is one text.
struct given_option {
    const option* what;
    std::vector<std::string> texts;
    std::string
        origin;  ///< `flag --port`, `environment variable MEMSTORE_PORT`, `.memstore.yaml line 3`
};

using given_options = std::vector<given_option>;

/// Adds to what a source says. Two of one option are a mistake, unless it takes many.
checked<void> add_given(given_options& to, given_option one);

option_error unknown_option(std::string_view name, std::string_view origin);

}  // namespace memstore::app
