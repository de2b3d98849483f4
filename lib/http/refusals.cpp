#include "http/refusals.hpp"

#include "base/limits.hpp"

#include <utility>

namespace memstore::http {

refusal bad_argument(std::string what) { return {errc::bad_argument, std::move(what)}; }

refusal key_too_long(std::string_view name, std::size_t bytes) {
    return {
        .code = errc::bad_argument,
        .what = '"' + std::string{name} + "\" has " + std::to_string(bytes) + " bytes, more than " +
                std::to_string(base::key_bytes_max),
        .violated = limit_violation{base::key_bytes_max, bytes, {}},
    };
}

}  // namespace memstore::http
