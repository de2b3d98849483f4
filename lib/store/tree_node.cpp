#include "store/tree_node.hpp"

#include "store/key_head.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>
#include <limits>
#include <new>

namespace memstore::store {
namespace {

/// How many of a leaf's heads are below `limit`. The compiler makes it one pass without a branch.
std::size_t count_below(
    const std::uint32_t (&all)[leaf_node::records_max],
    std::uint32_t limit
) noexcept {
    std::uint32_t below = 0;
    for (const std::uint32_t each : all) below += each < limit ? 1 : 0;
    return below;
}

/// The same for an inner node's, by halves: they are twice as wide, and seldom as many.
std::size_t count_below(
    const std::uint64_t (&all)[inner_node::children_max],
    std::uint64_t limit
) noexcept {
    static_assert(inner_node::children_max == 32);
    std::size_t below = 0;
    for (std::size_t step = 16; step > 0; step /= 2) {
        below += all[below + step - 1] < limit ? step : 0;
    }
    return below;
}

/// A leaf's heads are half as wide.
std::uint32_t leaf_head_of(
    std::string_view key,
    std::size_t prefix,
    unsigned char filler = 0
) noexcept {
    return static_cast<std::uint32_t>(head_of(key, prefix, filler) >> 32);
}

/// The first of first .. last-1 for which `holds` is true, and from there on stays so; last where
/// there is none.
template <class Predicate>
std::size_t first_where(std::size_t first, std::size_t last, Predicate holds) {
    while (first < last) {
        const std::size_t middle = first + (last - first) / 2;
        if (holds(middle)) {
            last = middle;
        } else {
            first = middle + 1;
        }
    }
    return first;
}

template <class Head, std::size_t Count>
std::size_t end_of_ties(
    const Head (&heads)[Count],
    std::size_t first,
    std::size_t last,
    Head head
) noexcept {
    while (first < last && heads[first] == head) ++first;
    return first;
}

std::size_t text_bytes(const inner_node& node) noexcept {
    return node.count < 2 ? 0 : node.ends[node.separators() - 1];
}

}  // namespace

std::size_t leaf_node::position(const key_cut& cut, direction way) const noexcept {
    const auto head = leaf_head_of(cut.bytes(), prefix_bytes, cut.filler());
    const std::size_t first = count_below(heads, head);
    // Any key tells the prefix; this one will be wanted.
    const std::string_view near = beside(first, way)->key();
    const int order = cut.compare_to_all(near.substr(0, prefix_bytes));
    if (order != 0) return order < 0 ? 0 : count;
    const std::size_t last = end_of_ties(heads, first, count, head);
    return first_where(first, last, [&](std::size_t at) {
        return !cut.is_behind(records[at]->key());
    });
}

const key_record* leaf_node::likely(const key_cut& cut, direction way) const noexcept {
    const auto head = leaf_head_of(cut.bytes(), prefix_bytes, cut.filler());
    return beside(count_below(heads, head), way);
}

const key_record* leaf_node::beside(std::size_t at, direction way) const noexcept {
    if (way == direction::reverse) return records[at == 0 ? 0 : at - 1];
    return records[at == count ? at - 1 : at];
}

void leaf_node::insert(std::size_t at, const key_record& added) noexcept {
    const std::string_view prefix = records[0]->key().substr(0, prefix_bytes);
    const bool prefixed = added.key().substr(0, prefix_bytes) == prefix;
    std::copy_backward(records + at, records + count, records + count + 1);
    std::copy_backward(heads + at, heads + count, heads + count + 1);
    records[at] = &added;
    ++count;
    if (prefixed) {
        heads[at] = leaf_head_of(added.key(), prefix_bytes);
    } else {
        note_heads();
    }
}

void leaf_node::remove(std::size_t at) noexcept {
    std::copy(records + at + 1, records + count, records + at);
    std::copy(heads + at + 1, heads + count, heads + at);
    --count;
    heads[count] = std::numeric_limits<std::uint32_t>::max();
}

void leaf_node::note_heads() noexcept {
    const std::size_t prefix = common_prefix(records[0]->key(), records[count - 1]->key());
    prefix_bytes = static_cast<std::uint32_t>(prefix);
    std::transform(records, records + count, heads, [&](const key_record* each) {
        return leaf_head_of(each->key(), prefix);
    });
    std::fill(heads + count, heads + records_max, std::numeric_limits<std::uint32_t>::max());
}

std::size_t inner_node::position(const key_cut& cut) const noexcept {
    if (count == 1) return 0;
    const int order = cut.compare_to_all(prefix());
    if (order != 0) return order < 0 ? 0 : separators();
    const auto head = head_of(cut.bytes(), prefix_bytes, cut.filler());
    const std::size_t first = count_below(heads, head);
    const std::size_t last = end_of_ties(heads, first, separators(), head);
    return first_where(first, last, [&](std::size_t at) {
        return !cut.is_behind_or_before(separator(at));
    });
}

leaf_node* make_leaf(slab& memory, std::uint64_t edit, std::span<const key_record* const> records) {
    assert(!records.empty() && records.size() <= leaf_node::records_max);
    auto* const made = new (memory.allocate(sizeof(leaf_node))) leaf_node;
    made->edit = edit;
    made->is_leaf = true;
    made->count = static_cast<std::uint16_t>(records.size());
    std::copy(records.begin(), records.end(), made->records);
    made->note_heads();
    return made;
}

inner_node* make_inner(
    slab& memory,
    std::uint64_t edit,
    std::span<const tree_node* const> children,
    std::span<const std::string_view> separators
) {
    assert(separators.size() + 1 == children.size());
    std::size_t bytes = sizeof(inner_node);
    for (const std::string_view separator : separators) bytes += separator.size();

    auto* const made = new (memory.allocate(bytes)) inner_node;
    made->edit = edit;
    made->is_leaf = false;
    made->count = static_cast<std::uint16_t>(children.size());
    const std::size_t prefix =
        separators.empty() ? 0 : common_prefix(separators.front(), separators.back());
    made->prefix_bytes = static_cast<std::uint32_t>(prefix);
    std::copy(children.begin(), children.end(), made->children);
    std::fill(std::begin(made->heads), std::end(made->heads), ~std::uint64_t{0});
    char* const text = reinterpret_cast<char*>(made + 1);
    std::uint32_t end = 0;
    for (std::size_t i = 0; i < separators.size(); ++i) {
        made->heads[i] = head_of(separators[i], prefix);
        std::copy(separators[i].begin(), separators[i].end(), text + end);
        end += static_cast<std::uint32_t>(separators[i].size());
        made->ends[i] = end;
    }
    return made;
}

tree_node* copy_node(slab& memory, std::uint64_t edit, const tree_node& from) {
    const std::size_t bytes = block_bytes(from);
    void* const block = memory.allocate(bytes);
    std::memcpy(block, &from, bytes);
    auto* const made = static_cast<tree_node*>(block);
    made->edit = edit;
    return made;
}

std::size_t block_bytes(const tree_node& node) noexcept {
    if (node.is_leaf) return sizeof(leaf_node);
    return sizeof(inner_node) + text_bytes(as_inner(&node));
}

std::string_view separator_between(std::string_view left, std::string_view right) noexcept {
    return right.substr(0, common_prefix(left, right) + 1);
}

}  // namespace memstore::store
