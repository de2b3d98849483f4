#include "net/read_buffer.hpp"

#include <algorithm>
#include <cassert>
#include <cstring>

namespace memstore::net {

std::span<char> read_buffer::room(std::size_t wanted, std::size_t all) {
    const std::size_t held = end_ - begin_;
    assert(held < all);
    const std::size_t most = std::min(std::max(all, bytes_kept), bytes_max_);
    const bool short_of_room = held * 2 >= capacity_ || held + wanted > capacity_;
    if (short_of_room && capacity_ < most) {
        move_to(std::min(std::max({capacity_ * 2, bytes_kept, held + wanted}), most));
    } else if (begin_ != 0) {
        std::memmove(memory_.get(), memory_.get() + begin_, held);
        begin_ = 0;
        end_ = held;
    }
    return {memory_.get() + end_, capacity_ - end_};
}

void read_buffer::move_to(std::size_t capacity) {
    auto larger = std::make_unique_for_overwrite<char[]>(capacity);
    const std::size_t held = end_ - begin_;
    if (held != 0) std::memcpy(larger.get(), memory_.get() + begin_, held);
    memory_ = std::move(larger);
    capacity_ = capacity;
    begin_ = 0;
    end_ = held;
}

void read_buffer::consume(std::size_t count) noexcept {
    assert(count <= end_ - begin_);
    begin_ += count;
    if (begin_ == end_) begin_ = end_ = 0;
}

void read_buffer::erase(std::size_t at, std::size_t count) noexcept {
    assert(at + count <= end_ - begin_);
    if (count == 0) return;  // there may be no memory yet
    char* const gap = memory_.get() + begin_ + at;
    std::memmove(gap, gap + count, end_ - begin_ - at - count);
    end_ -= count;
}

void read_buffer::trim() noexcept {
    if (!empty() || capacity_ <= bytes_kept) return;
    memory_.reset();
    capacity_ = begin_ = end_ = 0;
}

}  // namespace memstore::net
