#pragma once

#include <chrono>

namespace memstore::base {

/// A moment, in milliseconds since the Unix epoch. Deadlines of keys are such moments.
using moment = std::chrono::sys_time<std::chrono::milliseconds>;

/// The deadline of a key that has none.
inline constexpr moment never = moment::max();

/** Tells the time, so that a test or a simulation can.

    @par Threads  any; what one thread has been told is never ahead of what another is told later
*/
class clock {
public:
    virtual ~clock() = default;
    virtual moment now() const noexcept = 0;
};

}  // namespace memstore::base
