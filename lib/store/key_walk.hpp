#pragma once

#include "store/key_range.hpp"
#include "store/key_record.hpp"

#include <cstddef>
#include <string>

namespace memstore::store {

/** How far somebody has come who looks at the records of a partition in the order of their keys, in
    steps of so many.

    @par Threads  one at a time
*/
class key_walk {
public:
    void begin_step(std::size_t records) noexcept { left_ = records; }

    /// Whether the step has looked at all of its records.
    bool is_over() const noexcept { return left_ == 0; }
    std::size_t left() const noexcept { return left_; }

    /// Whether it has not looked at any yet.
    bool is_new() const noexcept { return !began_; }

    /// Where the step begins: before the first record that was not looked at.
    key_cut next() const noexcept {
        return began_ ? key_cut::behind(last_) : key_cut::before(last_);
    }

    /// A record was looked at.
    void note(const key_record& one) {
        --left_;
        if (left_ > 0) return;
        last_ = one.key();
        began_ = true;
    }

private:
    std::string last_;  // of the last step
    std::size_t left_ = 0;
    bool began_ = false;
};

}  // namespace memstore::store
