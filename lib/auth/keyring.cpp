#include "auth/keyring.hpp"

#include <utility>

namespace memstore::auth {

keyring::keyring(credentials first)
    : current_(std::make_shared<const credentials>(std::move(first))) {}

std::shared_ptr<const credentials> keyring::current() const {
    const std::lock_guard lock{mutex_};
    return current_;
}

void keyring::replace(credentials next) {
    auto made = std::make_shared<const credentials>(std::move(next));
    const std::lock_guard lock{mutex_};
    current_.swap(made);
    generation_.fetch_add(1, std::memory_order_release);
}

}  // namespace memstore::auth
