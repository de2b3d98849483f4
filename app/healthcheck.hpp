#pragma once

#include "app/settings.hpp"
#include "fs/file_system.hpp"

#include <string>

namespace memstore::app {

struct health {
    bool ready;
    std::string reason;  ///< in one line; `ok` when ready
};

/// Asks the server that these settings describe whether it is ready. Blocks, for three seconds at
/// most.
health check_health(const settings& values, fs::file_system& files);

}  // namespace memstore::app
