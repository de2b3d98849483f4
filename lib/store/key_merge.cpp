#include "store/key_merge.hpp"

#include "store/key_head.hpp"

#include <algorithm>
#include <span>
#include <utility>

namespace memstore::store {
namespace {

// Each brings a few cache lines near at a time.
constexpr std::size_t seeks_at_a_time = 32;

void seek_together(std::span<tree_cursor> cursors, const key_cut& cut) noexcept {
    for (tree_cursor& each : cursors) each.begin_seek();
    for (bool more = true; more;) {
        more = false;
        for (tree_cursor& each : cursors) more |= each.seek_on(cut);
    }
    for (const tree_cursor& each : cursors) each.prefetch_next();
}

}  // namespace

key_merge::key_merge(const snapshot& of, const key_cut& cut, direction way)
    : way_(way), losers_(of.size()) {
    cursors_.reserve(of.size());
    for (std::size_t slot = 0; slot < of.size(); ++slot) {
        cursors_.emplace_back(of[slot].of().root(), way);
    }
    seek_all(cut);
    if (!cursors_.empty()) begin_tournament();
}

void key_merge::seek_all(const key_cut& cut) noexcept {
    const std::span all{cursors_};
    for (std::size_t first = 0; first < all.size(); first += seeks_at_a_time) {
        seek_together(all.subspan(first, std::min(seeks_at_a_time, all.size() - first)), cut);
    }
}

void key_merge::begin_tournament() noexcept {
    prefix_ = {};
    bool any = false;
    for (const tree_cursor& each : cursors_) {
        if (each.current() == nullptr) continue;
        const std::string_view key = each.current()->key();
        prefix_ = any ? prefix_.substr(0, common_prefix(prefix_, key)) : key;
        any = true;
    }
    winner_ = play(1);
    current_ = cursors_[winner_.slot].current();
}

/// @return the winner of a match, or who enters there: behind the matches are the partitions
key_merge::player key_merge::play(std::size_t match) noexcept {
    if (match >= cursors_.size()) return enter(static_cast<std::uint32_t>(match - cursors_.size()));
    player winner = play(2 * match);
    player loser = play(2 * match + 1);
    if (beats(loser, winner)) std::swap(winner, loser);
    losers_[match] = loser;
    return winner;
}

void key_merge::next() noexcept {
    tree_cursor& moved = cursors_[winner_.slot];
    moved.next();
    moved.prefetch_next();
    player winner = enter(winner_.slot);
    for (std::size_t match = (cursors_.size() + winner.slot) / 2; match > 0; match /= 2) {
        if (beats(losers_[match], winner)) std::swap(losers_[match], winner);
    }
    winner_ = winner;
    current_ = cursors_[winner.slot].current();
    // All that had the prefix are behind: there will be another one.
    if (winner.head == last_head && current_ != nullptr && !has_prefix(*current_)) {
        begin_tournament();
    }
}

/// Keys only go further: one that has lost the prefix comes after all that have it.
key_merge::player key_merge::enter(std::uint32_t slot) const noexcept {
    const key_record* const record = cursors_[slot].current();
    if (record == nullptr || !has_prefix(*record)) return {last_head, slot};
    const auto head = head_of(record->key(), prefix_.size());
    return {way_ == direction::forward ? head : ~head, slot};
}

bool key_merge::beats(const player& one, const player& other) const noexcept {
    if (one.head != other.head) return one.head < other.head;
    const key_record* const own = cursors_[one.slot].current();
    const key_record* const others = cursors_[other.slot].current();
    if (own == nullptr || others == nullptr) return own != nullptr;
    return way_ == direction::forward ? own->key() < others->key() : own->key() > others->key();
}

bool key_merge::has_prefix(const key_record& one) const noexcept {
    return one.key().substr(0, prefix_.size()) == prefix_;
}

}  // namespace memstore::store
