#include "base/error.hpp"

#include <stdexcept>
#include <utility>

namespace memstore {

std::string_view name_of(errc code) noexcept {
    switch (code) {
    case errc::malformed_json: return "malformed_json";
    case errc::empty_request: return "empty_request";
    case errc::unknown_command: return "unknown_command";
    case errc::bad_argument: return "bad_argument";
    case errc::too_many_commands: return "too_many_commands";
    case errc::answer_too_large: return "answer_too_large";
    case errc::check_failed: return "check_failed";
    case errc::not_an_integer: return "not_an_integer";
    case errc::overflow: return "overflow";
    case errc::value_too_long: return "value_too_long";
    case errc::overloaded: return "overloaded";
    case errc::journal_unavailable: return "journal_unavailable";
    case errc::memory_limit: return "memory_limit";
    case errc::layout_changing: return "layout_changing";
    case errc::forbidden: return "forbidden";
    }
    return "unknown";
}

void throw_exception_from_error(const refusal& refused, const boost::source_location& where) {
    throw std::logic_error{
        "a refusal was used as a value: " + refused.what + " at " + where.to_string()};
}

}  // namespace memstore
