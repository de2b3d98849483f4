#pragma once

#include <string_view>

namespace memstore::app {

/// The version of this build, such as `0.1.0`.
std::string_view version() noexcept;

}  // namespace memstore::app
