#pragma once

#include "app/settings.hpp"
#include "fs/file_system.hpp"

namespace memstore::app {

/** Serves until SIGTERM or SIGINT, then finishes what is under way and returns. A second signal
    ends the process.

    @return false: what was committed last is lost, or may be, as the log says
    @throws std::runtime_error  when it cannot start, with the reason in one line for people
*/
[[nodiscard]] bool serve(const settings& values, fs::file_system& files);

}  // namespace memstore::app
