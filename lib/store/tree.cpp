#include "store/tree.hpp"

#include "store/epoch.hpp"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstring>
#include <new>
#include <span>
#include <string>

namespace memstore::store {

struct tree_node {
    std::uint64_t version;
    std::uint32_t count;  ///< of a leaf's records, of an inner node's children
    bool is_leaf;
};

namespace {

constexpr std::size_t leaf_records_max = 32;
constexpr std::size_t inner_children_max = 32;

/// The first eight bytes of a key as a number that orders as they do; a tie says nothing.
std::uint64_t head_of(std::string_view key) noexcept {
    std::array<unsigned char, 8> first{};
    std::copy_n(key.data(), std::min(key.size(), first.size()), first.data());
    std::uint64_t head = 0;
    for (const unsigned char byte : first) head = head << 8 | byte;
    return head;
}

struct headed_key {
    explicit headed_key(std::string_view key) noexcept : bytes(key), head(head_of(key)) {}

    std::string_view bytes;
    std::uint64_t head;
};

/// The first of 0 .. count-1 for which `holds` is true, and from there on stays so; count where
/// there is none.
template <class Predicate>
std::size_t first_where(std::size_t count, Predicate holds) {
    std::size_t first = 0;
    while (count > 0) {
        const std::size_t half = count / 2;
        if (holds(first + half)) {
            count = half;
        } else {
            first += half + 1;
            count -= half + 1;
        }
    }
    return first;
}

struct leaf_node : tree_node {
    std::uint64_t heads[leaf_records_max];
    const record* records[leaf_records_max];

    /// The first record whose key is not before `key`.
    std::size_t lower_bound(const headed_key& key) const noexcept {
        return first_where(count, [&](std::size_t at) {
            return heads[at] != key.head ? heads[at] > key.head : records[at]->key() >= key.bytes;
        });
    }

    bool holds(std::size_t at, const headed_key& key) const noexcept {
        return at < count && heads[at] == key.head && records[at]->key() == key.bytes;
    }

    void insert(std::size_t at, const record* added) noexcept {
        std::copy_backward(heads + at, heads + count, heads + count + 1);
        std::copy_backward(records + at, records + count, records + count + 1);
        heads[at] = head_of(added->key());
        records[at] = added;
        ++count;
    }

    void remove(std::size_t at) noexcept {
        std::copy(heads + at + 1, heads + count, heads + at);
        std::copy(records + at + 1, records + count, records + at);
        --count;
    }
};

/** Children and the keys that separate them: child i holds the keys from separator i-1 up to, not
    including, separator i. In one block, so that a copy is one memcpy: after this header come the
    children, the heads of the separators, the offsets of their ends, and their bytes.
*/
struct inner_node : tree_node {
    std::uint32_t block_bytes;

    std::size_t separators() const noexcept { return count - 1; }
    const tree_node** children() noexcept { return reinterpret_cast<const tree_node**>(this + 1); }
    std::uint64_t* heads() noexcept { return reinterpret_cast<std::uint64_t*>(children() + count); }
    std::uint32_t* ends() noexcept {
        return reinterpret_cast<std::uint32_t*>(heads() + separators());
    }
    char* text() noexcept { return reinterpret_cast<char*>(ends() + separators()); }

    const tree_node* child(std::size_t at) const noexcept { return self().children()[at]; }
    std::string_view separator(std::size_t at) const noexcept {
        const std::uint32_t begin = at == 0 ? 0 : self().ends()[at - 1];
        return {self().text() + begin, self().ends()[at] - begin};
    }

    /// The child that holds `key`.
    std::size_t position(const headed_key& key) const noexcept {
        const std::uint64_t* const all = self().heads();
        return first_where(separators(), [&](std::size_t at) {
            return all[at] != key.head ? all[at] > key.head : separator(at) > key.bytes;
        });
    }

private:
    inner_node& self() const noexcept { return const_cast<inner_node&>(*this); }
};

const leaf_node& as_leaf(const tree_node* node) noexcept {
    return *static_cast<const leaf_node*>(node);
}
const inner_node& as_inner(const tree_node* node) noexcept {
    return *static_cast<const inner_node*>(node);
}

void destroy_node(void* node) noexcept { ::operator delete(node); }

leaf_node* make_leaf(std::uint64_t version) {
    auto* const made = static_cast<leaf_node*>(::operator new(sizeof(leaf_node)));
    made->version = version;
    made->count = 0;
    made->is_leaf = true;
    return made;
}

leaf_node* make_leaf(
    std::uint64_t version,
    const leaf_node& from,
    std::size_t first,
    std::size_t last
) {
    leaf_node* const made = make_leaf(version);
    std::copy(from.heads + first, from.heads + last, made->heads);
    std::copy(from.records + first, from.records + last, made->records);
    made->count = static_cast<std::uint32_t>(last - first);
    return made;
}

/// What an inner node is made of, while it is being taken apart and put together.
struct parts {
    std::array<const tree_node*, inner_children_max + 1> children;
    std::array<std::string_view, inner_children_max> separators;
    std::size_t count;

    explicit parts(const inner_node& from) noexcept : count(from.count) {
        for (std::size_t i = 0; i < count; ++i) children[i] = from.child(i);
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

inner_node* make_inner(
    std::uint64_t version,
    std::span<const tree_node* const> children,
    std::span<const std::string_view> separators
) {
    assert(separators.size() + 1 == children.size());
    std::size_t bytes = sizeof(inner_node) + children.size() * sizeof(tree_node*) +
                        separators.size() * (sizeof(std::uint64_t) + sizeof(std::uint32_t));
    for (const std::string_view separator : separators) bytes += separator.size();

    auto* const made = static_cast<inner_node*>(::operator new(bytes));
    made->version = version;
    made->count = static_cast<std::uint32_t>(children.size());
    made->is_leaf = false;
    made->block_bytes = static_cast<std::uint32_t>(bytes);
    std::copy(children.begin(), children.end(), made->children());
    std::uint32_t end = 0;
    for (std::size_t i = 0; i < separators.size(); ++i) {
        made->heads()[i] = head_of(separators[i]);
        std::copy(separators[i].begin(), separators[i].end(), made->text() + end);
        end += static_cast<std::uint32_t>(separators[i].size());
        made->ends()[i] = end;
    }
    return made;
}

inner_node* copy_inner(const inner_node& from, std::uint64_t version) {
    auto* const made = static_cast<inner_node*>(::operator new(from.block_bytes));
    std::memcpy(static_cast<void*>(made), &from, from.block_bytes);
    made->version = version;
    return made;
}

/// The shortest key that is after `left` and not after `right`.
std::string_view separator_between(std::string_view left, std::string_view right) noexcept {
    const auto differ = std::mismatch(left.begin(), left.end(), right.begin(), right.end());
    return right.substr(0, static_cast<std::size_t>(differ.second - right.begin()) + 1);
}

/// One change to a tree, under one version.
class change {
public:
    change(std::uint64_t version, limbo& retired) noexcept : version_(version), retired_(retired) {}

    /// A subtree after the change; in two where it had to be split.
    struct outcome {
        const tree_node* left;
        const tree_node* right = nullptr;
        std::string separator = {};
    };

    outcome put(const tree_node* node, const headed_key& key, const record* added) {
        return node->is_leaf ? put_in_leaf(as_leaf(node), key, added)
                             : put_below(as_inner(node), key, added);
    }

    /// @return the subtree without `key`, nullptr when nothing is left of it, `node` when it held
    ///         no such key
    const tree_node* erase(const tree_node* node, const headed_key& key) {
        return node->is_leaf ? erase_from_leaf(as_leaf(node), key)
                             : erase_below(as_inner(node), key);
    }

    const tree_node* grow(const outcome& split) const {
        const std::array children{split.left, split.right};
        const std::array separators{std::string_view{split.separator}};
        return make_inner(version_, children, separators);
    }

    /// A root that is an inner node with one child left gives way to that child, which must carry
    /// this version.
    const tree_node* shrink(const tree_node* top) {
        while (!top->is_leaf && top->count == 1) {
            const tree_node* const only = as_inner(top).child(0);
            const tree_node* const next = owned(only);
            discard(top);
            top = next;
        }
        return top;
    }

    const record* displaced() const noexcept { return displaced_; }

private:
    bool is_private(const tree_node& node) const noexcept { return node.version == version_; }

    void discard(const tree_node* node) {
        if (is_private(*node)) {
            destroy_node(const_cast<tree_node*>(node));
        } else {
            retired_.retire(node, destroy_node);
        }
    }

    void displace(const record* old) {
        displaced_ = old;
        retired_.retire(old, destroy_record);
    }

    /// The node itself where it is private already, otherwise a copy that takes its place.
    leaf_node* owned(const leaf_node& node) {
        if (is_private(node)) return const_cast<leaf_node*>(&node);
        leaf_node* const copy = make_leaf(version_, node, 0, node.count);
        discard(&node);
        return copy;
    }

    inner_node* owned(const inner_node& node) {
        if (is_private(node)) return const_cast<inner_node*>(&node);
        inner_node* const copy = copy_inner(node, version_);
        discard(&node);
        return copy;
    }

    const tree_node* owned(const tree_node* node) {
        if (node->is_leaf) return owned(as_leaf(node));
        return owned(as_inner(node));
    }

    outcome put_in_leaf(const leaf_node& leaf, const headed_key& key, const record* added) {
        const std::size_t at = leaf.lower_bound(key);
        if (leaf.holds(at, key)) {
            leaf_node* const mine = owned(leaf);
            displace(mine->records[at]);
            mine->records[at] = added;
            return {mine};
        }
        if (leaf.count < leaf_records_max) {
            leaf_node* const mine = owned(leaf);
            mine->insert(at, added);
            return {mine};
        }
        return split_leaf(leaf, at, added);
    }

    outcome split_leaf(const leaf_node& leaf, std::size_t at, const record* added) {
        // Keys that arrive in order leave full leaves behind.
        const std::size_t middle = at == leaf_records_max ? leaf_records_max : leaf_records_max / 2;
        leaf_node* const left = make_leaf(version_, leaf, 0, middle);
        leaf_node* const right = make_leaf(version_, leaf, middle, leaf.count);
        discard(&leaf);
        if (at < middle) {
            left->insert(at, added);
        } else {
            right->insert(at - middle, added);
        }
        const std::string_view separator =
            separator_between(left->records[left->count - 1]->key(), right->records[0]->key());
        return {left, right, std::string{separator}};
    }

    outcome put_below(const inner_node& inner, const headed_key& key, const record* added) {
        const std::size_t at = inner.position(key);
        const outcome below = put(inner.child(at), key, added);
        if (below.right == nullptr) {
            inner_node* const mine = owned(inner);
            mine->children()[at] = below.left;
            return {mine};
        }
        parts all{inner};
        all.children[at] = below.left;
        all.insert(at, below.separator, below.right);
        outcome made = assemble(all);
        discard(&inner);
        return made;
    }

    outcome assemble(const parts& all) const {
        const std::span children{all.children.data(), all.count};
        const std::span separators{all.separators.data(), all.count - 1};
        if (all.count <= inner_children_max) return {make_inner(version_, children, separators)};
        const std::size_t middle = all.count / 2;
        return {
            make_inner(version_, children.first(middle), separators.first(middle - 1)),
            make_inner(version_, children.subspan(middle), separators.subspan(middle)),
            std::string{separators[middle - 1]},
        };
    }

    const tree_node* erase_from_leaf(const leaf_node& leaf, const headed_key& key) {
        const std::size_t at = leaf.lower_bound(key);
        if (!leaf.holds(at, key)) return &leaf;
        displace(leaf.records[at]);
        if (leaf.count == 1) {
            discard(&leaf);
            return nullptr;
        }
        leaf_node* const mine = owned(leaf);
        mine->remove(at);
        return mine;
    }

    const tree_node* erase_below(const inner_node& inner, const headed_key& key) {
        const std::size_t at = inner.position(key);
        const tree_node* const before = inner.child(at);
        const tree_node* const below = erase(before, key);
        if (displaced_ == nullptr) return &inner;
        if (below != nullptr) {
            inner_node* const mine = owned(inner);
            mine->children()[at] = below;
            return mine;
        }
        if (inner.count == 1) {
            discard(&inner);
            return nullptr;
        }
        parts all{inner};
        all.remove(at);
        const tree_node* const made = assemble(all).left;
        discard(&inner);
        return made;
    }

    std::uint64_t version_;
    limbo& retired_;
    const record* displaced_ = nullptr;
};

void destroy_subtree(const tree_node* node) noexcept {
    if (node->is_leaf) {
        const leaf_node& leaf = as_leaf(node);
        std::for_each_n(leaf.records, leaf.count, [](const record* each) {
            destroy_record(const_cast<record*>(each));
        });
    } else {
        for (std::size_t i = 0; i < node->count; ++i) destroy_subtree(as_inner(node).child(i));
    }
    destroy_node(const_cast<tree_node*>(node));
}

using visitor = bool (*)(void*, const record&);

bool visit_subtree(const tree_node* node, const headed_key& from, void* context, visitor visit) {
    if (node->is_leaf) {
        const leaf_node& leaf = as_leaf(node);
        for (std::size_t at = leaf.lower_bound(from); at < leaf.count; ++at) {
            if (!visit(context, *leaf.records[at])) return false;
        }
        return true;
    }
    const inner_node& inner = as_inner(node);
    for (std::size_t at = inner.position(from); at < inner.count; ++at) {
        if (!visit_subtree(inner.child(at), from, context, visit)) return false;
    }
    return true;
}

}  // namespace

std::uint64_t tree_root::version() const noexcept { return top_->version; }

const record* tree_root::find(std::string_view key) const noexcept {
    const headed_key wanted{key};
    const tree_node* node = top_;
    while (!node->is_leaf) {
        const inner_node& inner = as_inner(node);
        node = inner.child(inner.position(wanted));
    }
    const leaf_node& leaf = as_leaf(node);
    const std::size_t at = leaf.lower_bound(wanted);
    return leaf.holds(at, wanted) ? leaf.records[at] : nullptr;
}

void tree_root::visit(std::string_view from, void* context, bool (*visitor)(void*, const record&))
    const {
    visit_subtree(top_, headed_key{from}, context, visitor);
}

tree::tree() : top_(make_leaf(0)) {}

tree::~tree() { destroy_subtree(top_); }

const record* tree::put(const record* added, std::uint64_t version, limbo& retired) {
    change under{version, retired};
    const change::outcome after = under.put(top_, headed_key{added->key()}, added);
    top_ = after.right == nullptr ? after.left : under.grow(after);
    return under.displaced();
}

const record* tree::erase(std::string_view key, std::uint64_t version, limbo& retired) {
    change under{version, retired};
    const tree_node* const after = under.erase(top_, headed_key{key});
    if (under.displaced() == nullptr) return nullptr;
    top_ = after == nullptr ? make_leaf(version) : under.shrink(after);
    return under.displaced();
}

}  // namespace memstore::store
