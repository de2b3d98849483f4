#include "command/text_pool.hpp"

#include <algorithm>
#include <utility>

namespace memstore::command {
namespace {

constexpr std::size_t block_bytes = 4096;

}  // namespace

std::string_view text_pool::copy(std::string_view text) {
    char* const room = room_for(text.size());
    std::copy(text.begin(), text.end(), room);
    return {room, text.size()};
}

std::string_view text_pool::join(std::string_view first, std::string_view second) {
    const std::size_t size = first.size() + second.size();
    const auto known = joined_.find(first.data());
    if (known != joined_.end()) {
        growing& own = known->second;
        if (own.size == first.size() && size <= own.capacity) {
            std::copy(second.begin(), second.end(), own.bytes.get() + own.size);
            own.size = size;
            return {own.bytes.get(), size};
        }
    }
    growing made{std::make_unique_for_overwrite<char[]>(size * 2), size, size * 2};
    char* const text = made.bytes.get();
    std::copy(second.begin(), second.end(), std::copy(first.begin(), first.end(), text));
    joined_.emplace(text, std::move(made));
    return {text, size};
}

void text_pool::clear() noexcept {
    blocks_.clear();
    joined_.clear();
    next_ = first_.data();
    left_ = first_bytes;
}

char* text_pool::room_for(std::size_t bytes) {
    if (bytes > left_) {
        const std::size_t fresh = std::max(bytes, block_bytes);
        blocks_.push_back(std::make_unique_for_overwrite<char[]>(fresh));
        next_ = blocks_.back().get();
        left_ = fresh;
    }
    left_ -= bytes;
    return std::exchange(next_, next_ + bytes);
}

}  // namespace memstore::command
