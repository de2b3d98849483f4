#pragma once

#include "http/router.hpp"

#include <vector>

namespace memstore::console {

/// The console with its files, and the description of the API. They hold no data of the store, so
/// nobody needs a token for them.
std::vector<http::route> routes();

}  // namespace memstore::console
