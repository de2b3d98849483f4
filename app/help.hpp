#pragma once

#include "app/settings.hpp"

#include <string>

namespace memstore::app {

/// What `memstore --help` prints.
/// @param defaults  what holds where nothing is configured
std::string help_text(const settings& defaults);

}  // namespace memstore::app
