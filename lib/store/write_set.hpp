#pragma once

#include "base/change_cause.hpp"
#include "base/clock.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace memstore::store {

/// A key, and where it lives. Its bytes are borrowed.
struct located_key {
    std::string_view bytes;
    std::uint64_t hash;
    std::uint32_t slot;  ///< which of the partitions that the transaction concerns
};

/// What a transaction leaves in the place of one key. Its bytes are borrowed.
struct write {
    located_key key;
    std::string_view value;
    base::moment deadline = base::never;
    bool erased = false;
    base::change_cause cause = base::change_cause::client;
};

/** What a transaction changed: for each key that it touched, the last write. The one thing that
    execution hands on, whether to the partitions, a journal or a watcher.

    @par Threads  one at a time
*/
class write_set {
public:
    /// Forgets the writes, keeps the memory.
    void clear() noexcept;

    void put(const write& last);

    /// The write of `key`, or nullptr. Complexity: constant on average.
    const write* find(const located_key& key) const noexcept;

    /// In the order in which the keys were first written.
    std::span<const write> writes() const noexcept { return writes_; }
    bool empty() const noexcept { return writes_.empty(); }

    /// Gives back the memory that an unusually large transaction left.
    void shrink();

private:
    std::size_t position_of(const located_key& key) const noexcept;
    std::size_t slot_of(const located_key& key) const noexcept;
    void index_all();

    std::vector<write> writes_;
    std::vector<std::uint32_t> index_;  // open addressing; 0: free, else 1 + a position in writes_
};

}  // namespace memstore::store
