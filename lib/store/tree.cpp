#include "store/tree.hpp"

#include "store/node_memory.hpp"
#include "store/tree_node.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <span>
#include <string>

namespace memstore::store {
namespace {

/// What an inner node is made of, while it is being taken apart and put together.
struct parts {
    std::array<const tree_node*, inner_node::children_max + 1> children{};
    std::array<std::string_view, inner_node::children_max> separators;
    std::size_t count;

    explicit parts(const inner_node& from) noexcept : count(from.count) {
        std::copy_n(from.children, count, children.begin());
        for (std::size_t i = 0; i + 1 < count; ++i) separators[i] = from.separator(i);
    }

    /// Puts `right` behind child `at`.
    void insert(std::size_t at, std::string_view separator, const tree_node* right) noexcept {
        std::copy_backward(
            children.begin() + at + 1,
            children.begin() + count,
            children.begin() + count + 1
        );
        std::copy_backward(
            separators.begin() + at,
            separators.begin() + count - 1,
            separators.begin() + count
        );
        children[at + 1] = right;
        separators[at] = separator;
        ++count;
    }

    void remove(std::size_t at) noexcept {
        std::copy(children.begin() + at + 1, children.begin() + count, children.begin() + at);
        const std::size_t separator = at == 0 ? 0 : at - 1;
        std::copy(
            separators.begin() + separator + 1,
            separators.begin() + count - 1,
            separators.begin() + separator
        );
        --count;
    }
};

/// One change to a tree.
class change {
public:
    /// @param bytes  what the tree's nodes take up
    change(std::uint64_t edit, node_memory& memory, std::size_t bytes) noexcept
        : edit_(edit), memory_(memory), bytes_(bytes) {}

    /// What they take up after it.
    std::size_t bytes() const noexcept { return bytes_; }

    /// A subtree after the change; in two where it had to be split.
    struct outcome {
        const tree_node* left;
        const tree_node* right = nullptr;
        std::string separator = {};
    };

    outcome insert(const tree_node* node, const key_record& added) {
        return node->is_leaf ? insert_in_leaf(as_leaf(node), added)
                             : insert_below(as_inner(node), added);
    }

    /// @return the subtree without `gone`, nullptr when nothing is left of it
    const tree_node* erase(const tree_node* node, const key_record& gone) {
        return node->is_leaf ? erase_from_leaf(as_leaf(node), gone)
                             : erase_below(as_inner(node), gone);
    }

    const tree_node* make_first(const key_record& added) {
        const std::array records{&added};
        return new_leaf(records);
    }

    const tree_node* grow(const outcome& split) {
        const std::array children{split.left, split.right};
        const std::array separators{std::string_view{split.separator}};
        return new_inner(children, separators);
    }

    /// @return the subtree after the walk's next records were moved, and nodes on the way to them
    const tree_node* relocate(const tree_node* node, key_walk& walk, record_mover& mover) {
        return node->is_leaf ? relocate_in_leaf(as_leaf(node), walk, mover)
                             : relocate_below(as_inner(node), walk, mover);
    }

    /// A root that is an inner node with one child left gives way to that child.
    const tree_node* shrink(const tree_node* top) {
        while (!top->is_leaf && top->count == 1) {
            const tree_node* const only = as_inner(top).children[0];
            discard(*top);
            top = only;
        }
        return top;
    }

private:
    bool is_private(const tree_node& node) const noexcept { return node.edit == edit_; }

    const leaf_node* new_leaf(std::span<const key_record* const> records) {
        return counted(make_leaf(memory_.blocks, edit_, records));
    }
    const inner_node* new_inner(
        std::span<const tree_node* const> children,
        std::span<const std::string_view> separators
    ) {
        return counted(make_inner(memory_.blocks, edit_, children, separators));
    }

    template <class Node>
    Node* counted(Node* made) noexcept {
        bytes_ += slab_layout::taken_by(block_bytes(*made));
        return made;
    }

    void discard(const tree_node& node) {
        bytes_ -= slab_layout::taken_by(block_bytes(node));
        if (is_private(node)) {
            memory_.blocks.free(const_cast<tree_node*>(&node), block_bytes(node));
        } else {
            memory_.retired.retire(&node, block_bytes(node));
        }
    }

    /// The node itself where it is private already, otherwise a copy that takes its place.
    template <class Node>
    Node* owned(const Node& node) {
        if (is_private(node)) return const_cast<Node*>(&node);
        tree_node* const copy = counted(copy_node(memory_.blocks, edit_, node));
        discard(node);
        return static_cast<Node*>(copy);
    }

    outcome insert_in_leaf(const leaf_node& leaf, const key_record& added) {
        const std::size_t at = leaf.position(key_cut::before(added.key()));
        if (leaf.count == leaf_node::records_max) return split_leaf(leaf, at, added);
        leaf_node* const mine = owned(leaf);
        mine->insert(at, added);
        return {mine};
    }

    outcome split_leaf(const leaf_node& leaf, std::size_t at, const key_record& added) {
        std::array<const key_record*, leaf_node::records_max + 1> all{};
        std::copy_n(leaf.records, at, all.begin());
        all[at] = &added;
        std::copy(leaf.records + at, std::end(leaf.records), all.begin() + at + 1);
        // Keys that arrive in order leave full leaves behind.
        const std::size_t middle = at == leaf_node::records_max ? at : all.size() / 2;
        const std::span records{all};
        const std::string_view separator =
            separator_between(all[middle - 1]->key(), all[middle]->key());
        discard(leaf);
        return {
            new_leaf(records.first(middle)),
            new_leaf(records.subspan(middle)),
            std::string{separator},
        };
    }

    outcome insert_below(const inner_node& inner, const key_record& added) {
        const std::size_t at = inner.position(key_cut::before(added.key()));
        const outcome below = insert(inner.children[at], added);
        if (below.right == nullptr) {
            inner_node* const mine = owned(inner);
            mine->children[at] = below.left;
            return {mine};
        }
        parts all{inner};
        all.children[at] = below.left;
        all.insert(at, below.separator, below.right);
        outcome made = assemble(all);
        discard(inner);
        return made;
    }

    outcome assemble(const parts& all) {
        const std::span children{all.children.data(), all.count};
        const std::span separators{all.separators.data(), all.count - 1};
        if (all.count <= inner_node::children_max) {
            return {new_inner(children, separators)};
        }
        const std::size_t middle = all.count / 2;
        return {
            new_inner(children.first(middle), separators.first(middle - 1)),
            new_inner(children.subspan(middle), separators.subspan(middle)),
            std::string{separators[middle - 1]},
        };
    }

    const tree_node* erase_from_leaf(const leaf_node& leaf, const key_record& gone) {
        const std::size_t at = leaf.position(key_cut::before(gone.key()));
        assert(at < leaf.count && leaf.records[at] == &gone);
        if (leaf.count == 1) {
            discard(leaf);
            return nullptr;
        }
        leaf_node* const mine = owned(leaf);
        mine->remove(at);
        return mine;
    }

    const tree_node* erase_below(const inner_node& inner, const key_record& gone) {
        const std::size_t at = inner.position(key_cut::before(gone.key()));
        const tree_node* const below = erase(inner.children[at], gone);
        if (below != nullptr) {
            inner_node* const mine = owned(inner);
            mine->children[at] = below;
            return mine;
        }
        if (inner.count == 1) {
            discard(inner);
            return nullptr;
        }
        parts all{inner};
        all.remove(at);
        const tree_node* const made = assemble(all).left;
        discard(inner);
        return made;
    }

    template <class Node>
    const Node* moved(const Node& node) {
        const bool is_leaving = memory_.blocks.is_leaving(&node, block_bytes(node));
        return is_leaving ? owned(node) : &node;
    }

    const tree_node* relocate_in_leaf(const leaf_node& leaf, key_walk& walk, record_mover& mover) {
        const leaf_node* after = moved(leaf);
        const std::size_t first = leaf.position(walk.next());
        const std::span records{leaf.records + first, leaf.records + leaf.count};
        for (const key_record* const each : records) __builtin_prefetch(each);
        for (const key_record* const each : records) __builtin_prefetch(each->newest());
        for (std::size_t at = first; at < leaf.count && !walk.is_over(); ++at) {
            const key_record& now = mover.move(*leaf.records[at]);
            walk.note(now);
            if (&now == after->records[at]) continue;
            leaf_node* const mine = owned(*after);
            mine->records[at] = &now;
            after = mine;
        }
        return after;
    }

    const tree_node* relocate_below(const inner_node& inner, key_walk& walk, record_mover& mover) {
        const inner_node* after = moved(inner);
        for (std::size_t at = inner.position(walk.next()); at < inner.count && !walk.is_over();
             ++at) {
            const tree_node* const below = relocate(after->children[at], walk, mover);
            if (below == after->children[at]) continue;
            inner_node* const mine = owned(*after);
            mine->children[at] = below;
            after = mine;
        }
        return after;
    }

    std::uint64_t edit_;
    node_memory& memory_;
    std::size_t bytes_;
};

void free_record(const key_record* record, slab& blocks) noexcept {
    const revision* const newest = record->newest();  // older ones are in limbo
    blocks.free(const_cast<revision*>(newest), newest->block_bytes());
    blocks.free(const_cast<key_record*>(record), record->block_bytes());
}

void free_subtree(const tree_node* node, slab& blocks) noexcept {
    if (node->is_leaf) {
        const leaf_node& leaf = as_leaf(node);
        std::for_each_n(leaf.records, leaf.count, [&](const key_record* each) {
            free_record(each, blocks);
        });
    } else {
        const inner_node& inner = as_inner(node);
        std::for_each_n(inner.children, inner.count, [&](const tree_node* each) {
            free_subtree(each, blocks);
        });
    }
    blocks.free(const_cast<tree_node*>(node), block_bytes(*node));
}

}  // namespace

void tree::clear(node_memory& memory) noexcept {
    if (top_ != nullptr) free_subtree(top_, memory.blocks);
    top_ = nullptr;
    note_bytes(0);
    root_.store(nullptr, std::memory_order_relaxed);
}

void tree::insert(const key_record& added, node_memory& memory) {
    change under{edit_, memory, bytes()};
    if (top_ == nullptr) {
        top_ = under.make_first(added);
    } else {
        const change::outcome after = under.insert(top_, added);
        top_ = after.right == nullptr ? after.left : under.grow(after);
    }
    note_bytes(under.bytes());
}

void tree::erase(const key_record& gone, node_memory& memory) {
    change under{edit_, memory, bytes()};
    const tree_node* const after = under.erase(top_, gone);
    top_ = after == nullptr ? nullptr : under.shrink(after);
    note_bytes(under.bytes());
}

void tree::relocate(key_walk& walk, record_mover& mover, node_memory& memory) {
    change under{edit_, memory, bytes()};
    if (top_ != nullptr) top_ = under.relocate(top_, walk, mover);
    note_bytes(under.bytes());
}

void tree::publish() noexcept {
    if (top_ == root_.load(std::memory_order_relaxed)) return;
    root_.store(top_, std::memory_order_release);
    ++edit_;
}

}  // namespace memstore::store
