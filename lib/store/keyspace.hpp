#pragma once

#include "base/clock.hpp"
#include "base/hash.hpp"
#include "store/key_range.hpp"
#include "store/snapshot.hpp"
#include "store/write_set.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace memstore::store {

/** The keys as the commands of one transaction see them: a snapshot under their own writes.

    Time stands still in it: it is read once, when a deadline is first met or asked for, and a key
    whose deadline has come does not exist.

    @par Threads  one at a time
*/
class keyspace {
public:
    struct entry {
        std::string_view value;
        base::moment deadline;
        std::uint64_t version;  ///< of the commit that wrote it; not_committed: this transaction
    };
    static constexpr std::uint64_t not_committed = ~std::uint64_t{0};

    /// @param hash_of  the hash that the partitions' keys are found by
    keyspace(
        const snapshot& before,
        write_set& changes,
        const base::clock& time,
        const base::key_hasher& hash_of
    ) noexcept
        : before_(before), changes_(changes), time_(time), hash_of_(hash_of) {}

    /// Brings what find() will look at near, for a few keys at a time: their cache misses overlap.
    void prefetch(std::span<const located_key> keys) const noexcept;

    std::optional<entry> find(const located_key& key);
    void put(const located_key& key, std::string_view value, base::moment deadline);
    void erase(const located_key& key);

    /** Calls `visitor(key, entry)` for the keys of a range, in their order or against it, until it
        returns false; `key` is one to find, put or erase by.

        The visitor may do all that, also visit: what it changes ahead of where it is it will meet
        as changed, and nothing twice.

        @pre  the snapshot is of all partitions: what others hold would be missing
        @throws std::bad_alloc
        @par Complexity  O(p log n + w) to begin for p partitions and w own writes, O(log p) a key
    */
    template <class Visitor>
    void visit(const key_range& range, direction way, Visitor visitor) {
        visit(range, way, &visitor, [](void* context, const located_key& key, const entry& there) {
            return (*static_cast<Visitor*>(context))(key, there);
        });
    }

    /// How many keys visit() came to.
    std::size_t visited() const noexcept { return visited_; }

    base::moment now();

    /// Whether something was not found because its deadline has come.
    bool met_expired() const noexcept { return met_expired_; }

private:
    using callback = bool (*)(void*, const located_key&, const entry&);

    void visit(const key_range& range, direction way, void* context, callback visitor);
    static std::optional<entry> written(const write& own) noexcept;
    std::optional<entry> shown(const revision& there);

    const snapshot& before_;
    write_set& changes_;
    const base::clock& time_;
    const base::key_hasher& hash_of_;
    std::optional<base::moment> now_;
    bool met_expired_ = false;
    std::size_t visited_ = 0;
};

}  // namespace memstore::store
