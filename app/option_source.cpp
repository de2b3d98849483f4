#include "app/option_source.hpp"

#include "log/line.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace memstore::app {

checked<void> add_given(given_options& to, given_option one) {
    const auto earlier = std::find_if(to.begin(), to.end(), [&](const given_option& other) {
        return other.what == one.what;
    });
    if (earlier == to.end()) {
        to.push_back(std::move(one));
        return {};
    }
    if (one.what->takes != arity::many || earlier->origin != one.origin) {
        const std::string name{one.what->name};
        return option_error{
            name + ": given twice (" + earlier->origin + ", " + one.origin + ")",
            status_bad_option};
    }
    std::move(one.texts.begin(), one.texts.end(), std::back_inserter(earlier->texts));
    return {};
}

option_error unknown_option(std::string_view name, std::string_view origin) {
    return {
        "unknown option " + log::quoted(name) + " (" + std::string{origin} + ")",
        status_bad_option};
}

}  // namespace memstore::app
