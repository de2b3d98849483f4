#pragma once

#include "store/key_range.hpp"
#include "store/write_set.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace memstore::store {

/** The writes of a set that are in a range of keys, in the order of the keys or against it. The set
    may grow meanwhile.

    @par Threads  one at a time
*/
class write_run {
public:
    /// @param of  must outlive it, and not be cleared
    /// @throws std::bad_alloc
    /// @par Complexity  linear in the writes
    write_run(const write_set& of, const key_range& range, direction way);

    /// The next write, as it is now; nullptr: there is none. Good until the set changes.
    const write* current() const noexcept {
        return ahead_.empty() ? nullptr : &of_.writes()[ahead_.front()];
    }

    /// Complexity: logarithmic.
    /// @pre  current() is a write
    void next() noexcept;

    /// Takes in what was written since the last call, as far as it is in `range`: what is left.
    void take_new(const key_range& range);

private:
    bool is_later(std::uint32_t one, std::uint32_t other) const noexcept;

    const write_set& of_;
    direction way_;
    std::vector<std::uint32_t> ahead_;  // positions in the set: a heap, the next one first
    std::size_t seen_ = 0;              // of the writes
};

}  // namespace memstore::store
