#include "cluster/node_history.hpp"

#include "cluster/commit_clock.hpp"

#include <algorithm>
#include <cassert>
#include <new>

namespace memstore::cluster {
namespace {

// A fraction of the history, since what does not fit costs a whole chunk; not so large that a
// reader has far to look for its place.
constexpr std::size_t chunks_wanted = 64;
constexpr std::size_t chunk_bytes_min = 1024;
constexpr std::size_t chunk_bytes_max = std::size_t{64} * 1024;
constexpr std::size_t cache_line_bytes = 64;

constexpr std::size_t chunk_bytes_for(std::size_t bytes_max) noexcept {
    return std::clamp(bytes_max / chunks_wanted, chunk_bytes_min, chunk_bytes_max);
}

}  // namespace

node_history::node_history(
    store::node_memory& memory,
    history_budget& budget,
    std::size_t commit_bytes_max
)
    : memory_(memory),
      budget_(budget),
      commit_bytes_max_(commit_bytes_max),
      chunk_bytes_(chunk_bytes_for(budget.share())),
      slots_(budget.bytes_max() / chunk_bytes_ + 1),
      oldest_(commit_clock::first) {}

void node_history::clear() noexcept {
    for (std::atomic<chunk*>& each : slots_) {
        chunk* const held = each.exchange(nullptr, std::memory_order_relaxed);
        if (held == nullptr) continue;
        note_bytes(0, held->block_bytes);
        memory_.blocks.free(held, held->block_bytes);
    }
}

void node_history::append(std::uint64_t version, std::span<const store::write> changes) {
    const std::size_t bytes = recorded_commit::bytes_for(changes);
    if (bytes > commit_bytes_max_) return skip(version);
    std::size_t used = newest_ != nullptr ? newest_->used.load(std::memory_order_relaxed) : 0;
    if (newest_ == nullptr || newest_->room() - used < bytes) {
        add_chunk(bytes, version);
        used = 0;
    }
    recorded_commit::make(newest_->place(used), bytes, version, changes);
    newest_->last_version = version;
    newest_->used.store(used + bytes, std::memory_order_release);
    // The next one's, so that who commits it does not wait for the memory: 13 ns of 30.
    __builtin_prefetch(newest_->place(used + bytes + cache_line_bytes), 1);
    __builtin_prefetch(newest_->place(used + bytes + 2 * cache_line_bytes), 1);
}

void node_history::add_chunk(std::size_t commit_bytes, std::uint64_t first_version) {
    const std::size_t block_bytes =
        store::slab_layout::taken_by(std::max(chunk_bytes_, sizeof(chunk) + commit_bytes));
    const std::uint64_t sequence = end_.load(std::memory_order_relaxed);
    // It grows no further than its share; what it has beyond that it keeps while there is room.
    const std::size_t before = bytes();
    while (first_.load(std::memory_order_relaxed) != sequence &&
           bytes() + block_bytes > budget_.share() &&
           (bytes() + block_bytes > before || !budget_.has_room_for(block_bytes))) {
        drop_oldest();
    }
    assert(slot(sequence).load(std::memory_order_relaxed) == nullptr);
    newest_ = ::new (memory_.blocks.allocate(block_bytes)) chunk{
        .sequence = sequence,
        .first_version = first_version,
        .block_bytes = block_bytes,
        .last_version = first_version};
    note_bytes(block_bytes, 0);
    slot(sequence).store(newest_, std::memory_order_seq_cst);
    end_.store(sequence + 1, std::memory_order_release);
}

void node_history::trim(std::size_t share) noexcept {
    const std::uint64_t kept = share > 0 ? 1 : 0;
    const std::uint64_t end = end_.load(std::memory_order_relaxed);
    while (exceeds(share) && first_.load(std::memory_order_relaxed) + kept < end) drop_oldest();
    if (bytes() == 0) newest_ = nullptr;
}

void node_history::note_bytes(std::size_t more, std::size_t less) noexcept {
    bytes_.store(bytes() + more - less, std::memory_order_relaxed);
    budget_.take(more);
    budget_.give_back(less);
}

/// In this order: whoever finds the first chunk to be a later one finds the loss told, too.
void node_history::drop_oldest() noexcept {
    const std::uint64_t sequence = first_.load(std::memory_order_relaxed);
    chunk* const gone = slot(sequence).load(std::memory_order_relaxed);
    oldest_.store(gone->last_version, std::memory_order_release);
    first_.store(sequence + 1, std::memory_order_release);
    slot(sequence).store(nullptr, std::memory_order_seq_cst);
    note_bytes(0, gone->block_bytes);
    memory_.retired.retire(gone, gone->block_bytes);
}

/// Drops everything up to a commit that is not even recorded. A chunk that never was takes its
/// place, so that who has read all before it finds it missing.
void node_history::skip(std::uint64_t version) {
    while (first_.load(std::memory_order_relaxed) != end_.load(std::memory_order_relaxed)) {
        drop_oldest();
    }
    newest_ = nullptr;
    const std::uint64_t behind = end_.load(std::memory_order_relaxed) + 1;
    oldest_.store(version, std::memory_order_release);
    first_.store(behind, std::memory_order_release);
    end_.store(behind, std::memory_order_release);
}

const node_history::chunk* node_history::find(std::uint64_t sequence) const noexcept {
    const chunk* const held = slots_[sequence % slots_.size()].load(std::memory_order_seq_cst);
    return held != nullptr && held->sequence == sequence ? held : nullptr;
}

history_cursor::history_cursor(const node_history& of, std::uint64_t after) noexcept : of_(&of) {
    seek(after);
    while (const recorded_commit* const next = current()) {
        if (next->version() > after) return;
        advance();
    }
}

/// Into the last chunk that begins no later, or into the first.
void history_cursor::seek(std::uint64_t after) noexcept {
    std::uint64_t low = of_->first_.load(std::memory_order_acquire);
    std::uint64_t high = of_->end_.load(std::memory_order_acquire);
    sequence_ = low;
    lost_ = of_->oldest() > after;
    while (!lost_ && low < high) {
        const std::uint64_t middle = low + (high - low) / 2;
        const auto* const held = of_->find(middle);
        lost_ = held == nullptr;
        if (!lost_ && held->first_version <= after) {
            sequence_ = middle;
            low = middle + 1;
        } else {
            high = middle;
        }
    }
}

const recorded_commit* history_cursor::current() noexcept {
    while (!lost_) {
        if (offset_ < used_) return &chunk_->at(offset_);
        // First, whether there is more behind the chunk: then the chunk is complete.
        const std::uint64_t end = of_->end_.load(std::memory_order_acquire);
        if (chunk_ == nullptr) {
            if (sequence_ >= end) return nullptr;
            enter(sequence_);
        } else {
            used_ = chunk_->used.load(std::memory_order_acquire);
            if (offset_ < used_) continue;
            if (sequence_ + 1 >= end) return nullptr;
            enter(sequence_ + 1);
        }
    }
    return nullptr;
}

void history_cursor::enter(std::uint64_t sequence) noexcept {
    chunk_ = of_->find(sequence);
    sequence_ = sequence;
    offset_ = used_ = 0;
    lost_ = chunk_ == nullptr;
}

}  // namespace memstore::cluster
