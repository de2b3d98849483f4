#pragma once

#include "store/key_range.hpp"
#include "store/key_record.hpp"
#include "store/slab.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

// The nodes of store::tree: how they lie in memory and how they are searched.

namespace memstore::store {

struct tree_node {
    std::uint64_t edit;  ///< the change of the tree that made it
    std::uint32_t prefix_bytes;
    std::uint16_t count;  ///< of a leaf's records, of an inner node's children
    bool is_leaf;
};

/** Records in the order of their keys.

    Keys are compared by their heads: four bytes behind the prefix that all keys of the leaf share,
    as a number that orders as they do. Only ties look at records. Heads past the last are the
    highest number, so that a search looks at all of them, without a branch.
*/
struct leaf_node : tree_node {
    static constexpr std::size_t records_max = 32;

    std::uint32_t heads[records_max];
    const key_record* records[records_max];

    /// The first record behind `cut`.
    /// @param way  it looks at few others than the next one from there
    std::size_t position(const key_cut& cut, direction way = direction::forward) const noexcept;

    /// A record that position() will look at, found without looking at any.
    const key_record* likely(const key_cut& cut, direction way) const noexcept;

    void insert(std::size_t at, const key_record& added) noexcept;
    void remove(std::size_t at) noexcept;

    /// Finds out what the keys share, and their heads.
    void note_heads() noexcept;

private:
    const key_record* beside(std::size_t at, direction way) const noexcept;
};

/** Children and the keys that separate them: child i holds the keys from separator i-1 up to, not
    including, separator i. The heads of separators are eight bytes behind their common prefix;
    their bytes follow in the same block.
*/
struct inner_node : tree_node {
    static constexpr std::size_t children_max = 32;

    const tree_node* children[children_max];
    std::uint64_t heads[children_max];
    std::uint32_t ends[children_max];

    std::size_t separators() const noexcept { return count - std::size_t{1}; }
    std::string_view separator(std::size_t at) const noexcept {
        const std::uint32_t begin = at == 0 ? 0 : ends[at - 1];
        return {reinterpret_cast<const char*>(this + 1) + begin, ends[at] - begin};
    }

    /// What all separators begin with.
    std::string_view prefix() const noexcept {
        return {reinterpret_cast<const char*>(this + 1), prefix_bytes};
    }

    /// The child that holds the key at `cut`, or would.
    std::size_t position(const key_cut& cut) const noexcept;
};

inline const leaf_node& as_leaf(const tree_node* node) noexcept {
    return *static_cast<const leaf_node*>(node);
}
inline const inner_node& as_inner(const tree_node* node) noexcept {
    return *static_cast<const inner_node*>(node);
}

/// @param records  at most leaf_node::records_max, in order
leaf_node* make_leaf(slab& memory, std::uint64_t edit, std::span<const key_record* const> records);

/// @param separators  one less than children, in order; they are copied
inner_node* make_inner(
    slab& memory,
    std::uint64_t edit,
    std::span<const tree_node* const> children,
    std::span<const std::string_view> separators
);

tree_node* copy_node(slab& memory, std::uint64_t edit, const tree_node& from);

/// Of the whole block, for whoever frees it.
std::size_t block_bytes(const tree_node& node) noexcept;

/// The shortest key that is after `left` and not after `right`.
std::string_view separator_between(std::string_view left, std::string_view right) noexcept;

}  // namespace memstore::store
