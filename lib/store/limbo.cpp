#include "store/limbo.hpp"

#include "base/give_back.hpp"

namespace memstore::store {
namespace {

constexpr std::size_t kept_max = 4096;

}  // namespace

limbo::~limbo() {
    for (; first_ < waiting_.size(); ++first_) {
        memory_.free(waiting_[first_].block, waiting_[first_].bytes);
    }
}

void limbo::retire(const void* block, std::size_t bytes) {
    waiting_.push_back({const_cast<void*>(block), bytes, 0});
    bytes_ += bytes;
    bytes_since_ += bytes;
    ++blocks_since_;
    if (waiting_.size() == 1) empty_.store(false, std::memory_order_relaxed);
}

void limbo::seal(std::uint64_t version, std::uint64_t visible) {
    if (hidden_.empty() && version <= visible) {
        seal_up_to(waiting_.size(), domain_.now());
    } else {
        hidden_.push_back({version, gone_ + waiting_.size()});
        seal_visible(visible, domain_.now());
    }
    if (blocks_since_ >= batch_blocks || bytes_since_ >= batch_bytes) free_unreachable();
}

void limbo::seal_visible(std::uint64_t visible, std::uint64_t epoch) noexcept {
    while (!hidden_.empty() && hidden_.front().version <= visible) {
        seal_up_to(static_cast<std::size_t>(hidden_.front().end - gone_), epoch);
        hidden_.pop_front();
    }
}

void limbo::seal_up_to(std::size_t end, std::uint64_t epoch) noexcept {
    for (; sealed_ < end; ++sealed_) waiting_[sealed_].epoch = epoch;
}

void limbo::collect(std::uint64_t visible) {
    const std::uint64_t epoch = domain_.now_behind_stores();
    seal_visible(visible, epoch);
    if (hidden_.empty()) seal_up_to(waiting_.size(), epoch);
    free_unreachable();
}

void limbo::free_unreachable() {
    blocks_since_ = bytes_since_ = 0;
    reachable_since_ = domain_.oldest_pinned();
    for (; first_ < sealed_ && waiting_[first_].epoch < reachable_since_; ++first_) {
        const retired& gone = waiting_[first_];
        bytes_ -= gone.bytes;
        memory_.free(gone.block, gone.bytes);
    }
    if (first_ * 2 < waiting_.size()) return;
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(first_));
    sealed_ -= first_;
    gone_ += first_;
    first_ = 0;
    if (!waiting_.empty()) return;
    empty_.store(true, std::memory_order_relaxed);
    if (waiting_.capacity() > kept_max) base::give_back(waiting_);
}

}  // namespace memstore::store
