#include "store/tree_node.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>
#include <limits>
#include <new>

namespace memstore::store {
namespace {

std::size_t common_prefix(std::string_view one, std::string_view other) noexcept {
    const auto differ = std::mismatch(one.begin(), one.end(), other.begin(), other.end());
    return static_cast<std::size_t>(differ.first - one.begin());
}

/// The first bytes of a key behind its prefix as a number that orders as they do; a tie says
/// nothing.
template <class Head>
Head head_of(std::string_view key, std::size_t prefix) noexcept {
    std::array<unsigned char, sizeof(Head)> first{};
    if (key.size() > prefix) {
        std::copy_n(key.data() + prefix, std::min(key.size() - prefix, first.size()), first.data());
    }
    Head head = 0;
    for (const unsigned char byte : first) head = static_cast<Head>(head << 8) | byte;
    return head;
}

/// How many of all are below `limit`. The compiler makes it one pass without a branch.
template <class Head, std::size_t Count>
std::size_t count_below(const Head (&all)[Count], Head limit) noexcept {
    Head below = 0;
    for (std::size_t i = 0; i < Count; ++i) below += all[i] < limit ? 1 : 0;
    return static_cast<std::size_t>(below);
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

/// Where a key's prefix stands to the one that all keys of a node share.
int compare_prefix(std::string_view key, std::string_view other, std::size_t prefix) noexcept {
    return key.substr(0, prefix).compare(other.substr(0, prefix));
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

std::size_t leaf_node::lower_bound(std::string_view key) const noexcept {
    const int order = compare_prefix(key, records[0]->key(), prefix_bytes);
    if (order != 0) return order < 0 ? 0 : count;
    const auto head = head_of<std::uint32_t>(key, prefix_bytes);
    const std::size_t first = count_below(heads, head);
    const std::size_t last = end_of_ties(heads, first, count, head);
    return first_where(first, last, [&](std::size_t at) { return records[at]->key() >= key; });
}

void leaf_node::insert(std::size_t at, const key_record& added) noexcept {
    const bool prefixed = compare_prefix(added.key(), records[0]->key(), prefix_bytes) == 0;
    std::copy_backward(records + at, records + count, records + count + 1);
    std::copy_backward(heads + at, heads + count, heads + count + 1);
    records[at] = &added;
    ++count;
    if (prefixed) {
        heads[at] = head_of<std::uint32_t>(added.key(), prefix_bytes);
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
        return head_of<std::uint32_t>(each->key(), prefix);
    });
    std::fill(heads + count, heads + records_max, std::numeric_limits<std::uint32_t>::max());
}

std::size_t inner_node::position(std::string_view key) const noexcept {
    if (count == 1) return 0;
    const int order = compare_prefix(key, separator(0), prefix_bytes);
    if (order != 0) return order < 0 ? 0 : separators();
    const auto head = head_of<std::uint64_t>(key, prefix_bytes);
    const std::size_t first = count_below(heads, head);
    const std::size_t last = end_of_ties(heads, first, separators(), head);
    return first_where(first, last, [&](std::size_t at) { return separator(at) > key; });
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
        made->heads[i] = head_of<std::uint64_t>(separators[i], prefix);
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
