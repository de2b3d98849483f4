#include "http/text_arena.hpp"

#include "base/base64.hpp"

#include <bit>
#include <cstring>
#include <functional>

namespace memstore::http {
namespace {

bool lies_in(std::string_view part, std::string_view body) noexcept {
    const std::less<> before;
    return !before(part.data(), body.data()) && !before(body.data() + body.size(), part.data());
}

}  // namespace

void text_arena::reset(std::size_t body_bytes) noexcept {
    body_bytes_ = body_bytes;
    used_ = 0;
}

void text_arena::append(std::string_view part) {
    if (part.empty()) return;
    make_room();
    std::memcpy(room_.get() + used_, part.data(), part.size());
    used_ += part.size();
}

std::string_view text_arena::last(std::size_t bytes) const noexcept {
    return {room_.get() + (used_ - bytes), bytes};
}

std::string_view text_arena::whole(
    std::string_view part,
    std::size_t bytes,
    std::string_view body
) {
    if (part.size() == bytes && lies_in(part, body)) return part;
    append(part);
    return last(bytes);
}

std::optional<std::string_view> text_arena::decode_base64(std::string_view text) {
    make_room();
    const bool in_place = holds(text);
    char* const to =
        room_.get() + (in_place ? static_cast<std::size_t>(text.data() - room_.get()) : used_);
    const auto bytes = base::decode_base64(text, to);
    if (!bytes) return std::nullopt;
    if (!in_place) used_ += *bytes;
    return std::string_view{to, *bytes};
}

void text_arena::trim(std::size_t bytes) noexcept {
    reset(0);
    if (capacity_ <= bytes) return;
    room_.reset();
    capacity_ = 0;
}

void text_arena::make_room() {
    if (capacity_ >= body_bytes_) return;
    capacity_ = 0;
    const std::size_t wanted = std::bit_ceil(body_bytes_);
    room_ = std::make_unique_for_overwrite<char[]>(wanted);
    capacity_ = wanted;
}

bool text_arena::holds(std::string_view text) const noexcept {
    const std::less<> before;
    return !before(text.data(), room_.get()) && before(text.data(), room_.get() + used_);
}

}  // namespace memstore::http
