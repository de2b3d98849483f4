#include "client/message.hpp"

#include "base/ascii.hpp"

#include <algorithm>

namespace memstore::client {

std::string_view response::field(std::string_view name) const noexcept {
    const auto found = std::find_if(head.begin(), head.end(), [name](const auto& one) {
        return base::same_ignoring_case(one.first, name);
    });
    return found == head.end() ? std::string_view{} : std::string_view{found->second};
}

}  // namespace memstore::client
