#pragma once

#include "app/settings.hpp"

#include <string>

namespace memstore::app {

/// The manual page memstore(1), in the macros of man(7).
/// @param defaults  what holds where nothing is configured
std::string manual_page(const settings& defaults);

}  // namespace memstore::app
