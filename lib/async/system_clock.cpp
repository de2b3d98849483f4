#include "async/system_clock.hpp"

#include <ctime>

namespace memstore::async {
namespace {

/// Not the steady clock's, which stands still while the machine sleeps.
std::chrono::nanoseconds since_boot() noexcept {
    timespec now{};
    ::clock_gettime(CLOCK_BOOTTIME, &now);
    return std::chrono::seconds{now.tv_sec} + std::chrono::nanoseconds{now.tv_nsec};
}

}  // namespace

system_clock::system_clock() noexcept
    : started_(since_boot()), started_at_(std::chrono::system_clock::now()) {}

base::moment system_clock::now() const noexcept {
    const auto elapsed = since_boot() - started_;
    return std::chrono::floor<std::chrono::milliseconds>(started_at_ + elapsed);
}

}  // namespace memstore::async
