#include "async/system_clock.hpp"

namespace memstore::async {

system_clock::system_clock() noexcept
    : started_(std::chrono::steady_clock::now()), started_at_(std::chrono::system_clock::now()) {}

base::moment system_clock::now() const noexcept {
    const auto elapsed = std::chrono::steady_clock::now() - started_;
    return std::chrono::floor<std::chrono::milliseconds>(started_at_ + elapsed);
}

}  // namespace memstore::async
