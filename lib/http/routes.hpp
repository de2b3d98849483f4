#pragma once

#include "http/router.hpp"

#include <vector>

namespace memstore::http {

/// The routes that are served whatever the program adds.
std::vector<route> own_routes();

}  // namespace memstore::http
