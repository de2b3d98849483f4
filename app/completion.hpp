#pragma once

#include <string>

namespace memstore::app {

/// What bash needs to complete the commands of memstore, their flags and the files that they name.
std::string bash_completion();

}  // namespace memstore::app
