#pragma once

#include "store/record.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <type_traits>

namespace memstore::store {

class limbo;
struct tree_node;

/** The root of one version of a tree; nothing that it reaches changes while it can be reached.

    @par Threads  any, as long as they pin the epoch domain of the tree's limbo
*/
class tree_root {
public:
    explicit tree_root(const tree_node* top) noexcept : top_(top) {}

    /// The commit version of the transaction that left the tree like this; 0 before the first.
    std::uint64_t version() const noexcept;

    /// The record of `key`, or nullptr. Complexity: O(log n) comparisons.
    const record* find(std::string_view key) const noexcept;

    /// Calls `visit(record)`, in bytewise order of the keys from `from` on, until it returns false.
    template <class Visitor>
    void visit(std::string_view from, Visitor&& visitor) const {
        visit(from, &visitor, [](void* context, const record& next) {
            return (*static_cast<std::remove_reference_t<Visitor>*>(context))(next);
        });
    }

    const tree_node* top() const noexcept { return top_; }
    friend bool operator==(tree_root, tree_root) = default;

private:
    void visit(std::string_view from, void* context, bool (*visitor)(void*, const record&)) const;

    const tree_node* top_;
};

/** An ordered map from keys to records, copy-on-write: a change copies the path from the root to
    its leaf, so that every earlier root stays readable. A B+tree; leaves that become empty are
    removed, others are not merged (free-at-empty: Johnson and Shasha, 1993).

    Changes carry the commit version of their transaction. Nodes made under the same version are
    private to it until the root is published, and are changed in place.

    @par Threads  one owner at a time; readers use root() values that were published to them
*/
class tree {
public:
    tree();
    ~tree();  ///< frees all of it: no reader may be left
    tree(const tree&) = delete;
    tree& operator=(const tree&) = delete;

    tree_root root() const noexcept { return tree_root{top_}; }

    /// Takes over `added`. @return the record it replaces, which is retired, or nullptr
    const record* put(const record* added, std::uint64_t version, limbo& retired);

    /// @return the record removed, which is retired, or nullptr when there was none (then nothing
    ///         changes)
    const record* erase(std::string_view key, std::uint64_t version, limbo& retired);

private:
    const tree_node* top_;
};

}  // namespace memstore::store
