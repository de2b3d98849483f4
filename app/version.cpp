#include "app/version.hpp"

namespace memstore::app {

std::string_view version() noexcept { return MEMSTORE_VERSION; }

}  // namespace memstore::app
