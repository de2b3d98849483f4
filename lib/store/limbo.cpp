#include "store/limbo.hpp"

#include "base/give_back.hpp"

namespace memstore::store {
namespace {

constexpr std::size_t kept_blocks_max = 4096;

}  // namespace

void limbo::free_all() noexcept {
    for (; first_ < waiting_.size(); ++first_) {
        memory_.free(waiting_[first_].block, waiting_[first_].bytes);
    }
    base::give_back(waiting_);
    first_ = sealed_ = bytes_ = 0;
    empty_.store(true, std::memory_order_relaxed);
}

void limbo::retire(const void* block, std::size_t bytes) {
    waiting_.push_back({const_cast<void*>(block), bytes, 0});
    bytes_ += slab_layout::taken_by(bytes);
    expect(bytes);
    if (waiting_.size() == 1) empty_.store(false, std::memory_order_relaxed);
}

void limbo::seal() {
    seal_in(domain_.now());
    if (blocks_since_ >= batch_blocks || bytes_since_ >= batch_bytes) free_unreachable();
}

void limbo::seal_in(std::uint64_t epoch) noexcept {
    for (; sealed_ < waiting_.size(); ++sealed_) waiting_[sealed_].epoch = epoch;
}

void limbo::collect() {
    seal_in(domain_.now_behind_stores());
    free_unreachable();
}

void limbo::free_unreachable() {
    blocks_since_ = bytes_since_ = 0;
    reachable_since_ = domain_.oldest_pinned();
    for (; first_ < sealed_ && waiting_[first_].epoch < reachable_since_; ++first_) {
        const retired& gone = waiting_[first_];
        bytes_ -= slab_layout::taken_by(gone.bytes);
        memory_.free(gone.block, gone.bytes);
    }
    if (first_ * 2 < waiting_.size()) return;
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(first_));
    sealed_ -= first_;
    first_ = 0;
    if (!waiting_.empty()) return;
    empty_.store(true, std::memory_order_relaxed);
    if (waiting_.capacity() > kept_blocks_max) base::give_back(waiting_);
}

}  // namespace memstore::store
