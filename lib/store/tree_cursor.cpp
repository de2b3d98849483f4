#include "store/tree_cursor.hpp"

#include <cstddef>

namespace memstore::store {
namespace {

constexpr std::size_t line_bytes = 64;

/// All of a leaf, and as much of an inner node: more costs more than it saves.
void prefetch(const tree_node* node) noexcept {
    if (node == nullptr) return;
    const auto* const first = reinterpret_cast<const char*>(node);
    for (std::size_t at = 0; at < sizeof(leaf_node); at += line_bytes) {
        __builtin_prefetch(first + at);
    }
}

}  // namespace

void tree_cursor::begin_seek() noexcept {
    node_ = root_;
    beside_ = nullptr;
    current_ = nullptr;
    next_step_ = node_ == nullptr ? step::none : step::down;
    prefetch(node_);
}

bool tree_cursor::seek_on(const key_cut& cut) noexcept {
    switch (next_step_) {
    case step::down: return seek_down(cut);
    case step::record: return seek_record(cut);
    case step::edge: return seek_edge();
    case step::none: break;
    }
    return false;
}

bool tree_cursor::seek_down(const key_cut& cut) noexcept {
    if (node_->is_leaf) {
        __builtin_prefetch(as_leaf(node_).likely(cut, way_));
        next_step_ = step::record;
    } else {
        const inner_node& inner = as_inner(node_);
        go_down(inner, inner.position(cut));
        prefetch(node_);
    }
    return true;
}

bool tree_cursor::seek_record(const key_cut& cut) noexcept {
    const leaf_node& leaf = as_leaf(node_);
    const std::size_t behind = leaf.position(cut, way_);
    const bool forward = way_ == direction::forward;
    if (forward ? behind < leaf.count : behind > 0) {
        stop_at(forward ? behind : behind - 1);
        return false;
    }
    return go_beside();
}

/// Goes on towards the first leaf of a subtree in this direction.
bool tree_cursor::seek_edge() noexcept {
    const bool forward = way_ == direction::forward;
    if (node_->is_leaf) {
        stop_at(forward ? 0 : node_->count - std::size_t{1});
        __builtin_prefetch(current_);
        return false;
    }
    go_down(as_inner(node_), forward ? 0 : node_->count - std::size_t{1});
    prefetch(node_);
    return true;
}

void tree_cursor::stop_at(std::size_t at) noexcept {
    at_ = static_cast<std::uint32_t>(at);
    current_ = as_leaf(node_).records[at];
    next_step_ = step::none;
}

void tree_cursor::go_down(const inner_node& from, std::size_t child) noexcept {
    if (way_ == direction::forward) {
        if (child + 1 < from.count) beside_ = from.children[child + 1];
    } else {
        if (child > 0) beside_ = from.children[child - 1];
    }
    node_ = from.children[child];
}

bool tree_cursor::go_beside() noexcept {
    node_ = beside_;
    beside_ = nullptr;
    current_ = nullptr;
    next_step_ = node_ == nullptr ? step::none : step::edge;
    prefetch(node_);
    return node_ != nullptr;
}

void tree_cursor::next() noexcept {
    const bool forward = way_ == direction::forward;
    if (forward ? at_ + 1 < node_->count : at_ > 0) {
        stop_at(forward ? at_ + 1 : at_ - 1);
    } else {
        leave_leaf();
    }
}

void tree_cursor::leave_leaf() noexcept {
    if (beside_ == nullptr) find_beside();
    if (!go_beside()) return;
    while (seek_edge()) {
    }
}

void tree_cursor::find_beside() noexcept {
    const leaf_node& leaf = as_leaf(node_);
    const key_cut edge = way_ == direction::forward
                             ? key_cut::behind(leaf.records[leaf.count - 1]->key())
                             : key_cut::before(leaf.records[0]->key());
    node_ = root_;
    while (!node_->is_leaf) go_down(as_inner(node_), as_inner(node_).position(edge));
}

void tree_cursor::prefetch_next() const noexcept {
    if (node_ == nullptr) return;
    const leaf_node& leaf = as_leaf(node_);
    if (way_ == direction::forward) {
        if (at_ + 1 < leaf.count) __builtin_prefetch(leaf.records[at_ + 1]);
    } else {
        if (at_ > 0) __builtin_prefetch(leaf.records[at_ - 1]);
    }
}

}  // namespace memstore::store
