#pragma once

#include "app/option_table.hpp"
#include "app/settings.hpp"

#include <string>

namespace memstore::app {

/// What `memstore --help` prints.
/// @param defaults  what holds where nothing is configured
std::string help_text(const settings& defaults);

/// The value of an option for people, such as `none`.
std::string default_text(const option& row, const settings& defaults);

}  // namespace memstore::app
