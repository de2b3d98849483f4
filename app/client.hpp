#pragma once

#include <string>
#include <vector>

namespace memstore::app {

/** Runs a client command, for arguments that is_client_line() is true of.

    @param arguments    without the program's name
    @param environment  `NAME=value` each
    @return the exit status, one of client_status. A resolver may still be at work: leave by _exit()
*/
int run_client(
    const std::vector<std::string>& arguments,
    const std::vector<std::string>& environment
);

}  // namespace memstore::app
