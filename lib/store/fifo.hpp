#pragma once

#include "base/give_back.hpp"

#include <cstddef>
#include <vector>

namespace memstore::store {

/** A queue in one block of memory: empty ones have none, and a large one gives its own back when it
    becomes empty.

    @par Threads  one at a time
*/
template <class T>
class fifo {
public:
    /// Complexity: constant, amortised.
    void push(const T& last) { all_.push_back(last); }

    bool empty() const noexcept { return all_.empty(); }
    std::size_t size() const noexcept { return all_.size() - first_; }

    /// The oldest is 0.
    T& operator[](std::size_t at) noexcept { return all_[first_ + at]; }
    const T& operator[](std::size_t at) const noexcept { return all_[first_ + at]; }

    /// Complexity: constant, amortised.
    void drop_front(std::size_t count) noexcept {
        first_ += count;
        if (first_ * 2 < all_.size()) return;
        all_.erase(all_.begin(), all_.begin() + static_cast<std::ptrdiff_t>(first_));
        first_ = 0;
        if (all_.empty() && all_.capacity() > kept_max) base::give_back(all_);
    }

private:
    static constexpr std::size_t kept_max = 4096;

    std::vector<T> all_;
    std::size_t first_ = 0;
};

}  // namespace memstore::store
