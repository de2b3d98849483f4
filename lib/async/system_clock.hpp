#pragma once

#include "base/clock.hpp"

#include <chrono>

namespace memstore::async {

/// Real time that never goes back: the wall clock's reading at construction, carried on by the time
/// since the machine started, sleep included.
class system_clock final : public base::clock {
public:
    system_clock() noexcept;
    base::moment now() const noexcept override;

private:
    std::chrono::nanoseconds started_;  ///< after the machine did
    std::chrono::sys_time<std::chrono::nanoseconds> started_at_;
};

}  // namespace memstore::async
