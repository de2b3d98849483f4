#pragma once

#include "app/option_source.hpp"

#include <string>
#include <vector>

namespace memstore::app {

/** Reads the variables `MEMSTORE_...` of an environment.

    One that names no option is a mistake, but for those that an orchestrator sets for every service
    it knows: a service called "memstore" must not keep memstore from starting.

    @param variables  `NAME=value` each
*/
checked<given_options> parse_environment(const std::vector<std::string>& variables);

}  // namespace memstore::app
