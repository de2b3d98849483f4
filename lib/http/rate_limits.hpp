#pragma once

#include "http/rate_settings.hpp"
#include "http/rate_table.hpp"

#include <optional>

namespace memstore::http {

/** What the sessions of a server hold their clients' requests to.

    @par Threads  any
*/
class rate_limits {
public:
    explicit rate_limits(const rate_settings& how);

    /// Whether anything is limited: everything else is for where it is.
    bool on() const noexcept { return mode_ != rate_mode::off; }

    bool enforced() const noexcept { return mode_ == rate_mode::enforce; }

    rate_table* of_address() noexcept { return of_address_ ? &*of_address_ : nullptr; }
    rate_table* of_token() noexcept { return of_token_ ? &*of_token_ : nullptr; }

private:
    rate_mode mode_;
    std::optional<rate_table> of_address_;
    std::optional<rate_table> of_token_;
};

}  // namespace memstore::http
