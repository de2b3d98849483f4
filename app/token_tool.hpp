#pragma once

#include "service/caller.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace memstore::app {

/// A token that is to be made.
struct token_request {
    std::string name = {};
    service::rights may = {service::right::read, service::right::write};
};

/// The right of that name.
std::optional<service::right> right_called(std::string_view name) noexcept;

/// Some of them, with commas between.
std::optional<service::rights> rights_in(std::string_view names) noexcept;

/** Makes a secret of 256 bits from the system's source of randomness.

    @return it, and the line of a tokens file that knows it by its digest, for people
    @throws std::runtime_error  where the system has none
*/
std::string new_token_text(const token_request& asked);

}  // namespace memstore::app
