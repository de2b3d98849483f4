#pragma once

#include "base/clock.hpp"

#include <atomic>
#include <chrono>

namespace memstore::test {

/// A clock that stands still until it is told to go on. Threads: any.
class fake_clock final : public base::clock {
public:
    base::moment now() const noexcept override {
        return base::moment{std::chrono::milliseconds{now_ms_.load()}};
    }
    void advance(std::chrono::milliseconds by) noexcept { now_ms_ += by.count(); }

private:
    std::atomic<std::int64_t> now_ms_ = 1'000'000;
};

}  // namespace memstore::test
